"""What the settings say of a load run."""

from pathlib import Path
from typing import Final

from mcp_proof.config import Config
from mcp_proof.configured_contract import configured_contract
from mcp_proof.errors import UsageError
from mcp_proof.options.loading import USER_KINDS
from mcp_proof.record.foreign import read_recording
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.arrivals.think import think_time
from mcp_proof_load.chaos.schedule import scheduled_fault
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.profiles import profile_named

CHECKED: Final = 0.01
"""The share of the exchanges that the rules judge, where nobody says."""
MASTER_PORT: Final = 5557
"""Where a master listens, where nobody says: the port that locust has for it."""
OPEN_USERS: Final = 256
"""Users of the open model, where nobody says: they only bound how many calls are under way."""


def configured_load(config: Config) -> LoadOptions:
    """Return what the settings say of a run.

    Raises:
        UsageError: two settings do not go together, or one says nothing that can be done.
    """
    profile = profile_named(config.text("profile"))
    rate = config.number("rate") if "rate" in config.settings else None
    _check_together(config)
    users = OPEN_USERS if rate is not None else profile.users
    given = {name: config.number(name) for name in NUMBERS if name in config.settings}
    return LoadOptions(
        revision=published(config.text("revision")),
        dialect=_dialect(config),
        profile=profile,
        users=int(given.get("users", users)),
        rate=rate,
        arrivals=config.text("arrivals"),
        duration=given.get("duration", profile.duration),
        warm_up=given.get("warm-up", profile.warm_up),
        think=config.text("think"),
        user_kinds=_user_kinds(config),
        max_calls=int(given.get("max-calls", 0)),
        connections=int(given.get("connections", 0)),
        timeout=config.number("timeout"),
        check=config.number("check") if config.is_typed("check") else CHECKED,
        seed=int(config.number("seed")),
        tools=config.texts("tool"),
        allow_destructive=config.flag("allow-destructive"),
        contract=configured_contract(config),
        recording=read_recording(Path(config.text("cassette")))
        if config.text("cassette")
        else None,
        speed=config.number("speed"),
        owned=config.flag("i-own-this-target"),
        metrics=config.text("metrics"),
        chaos=config.texts("chaos"),
        processes=int(config.number("processes")),
        master=config.flag("master"),
        host=config.text("host") or "127.0.0.1",
        port=int(given.get("port", MASTER_PORT if config.flag("master") else 0)),
        expect_workers=int(config.number("expect-workers")),
        web_port=int(given["web-port"]) if "web-port" in given else None,
    )


NUMBERS: Final = ("users", "duration", "warm-up", "max-calls", "connections", "port", "web-port")
"""The numbers without a default of their own."""


def _dialect(config: Config) -> Dialect | None:
    dialect = None if config.text("dialect") == "auto" else Dialect(config.text("dialect"))
    if dialect not in (None, Dialect.MCP) and config.text("revision") != "auto":
        raise config.wrong("dialect", f"{dialect} has no revisions: leave one of the two out")
    if config.text("revision") == "all":
        raise config.wrong("revision", "choose one: a load run is made at one revision")
    return dialect


def _check_together(config: Config) -> None:
    if config.text("cassette") and "rate" in config.settings:
        raise config.wrong("rate", "--cassette has times of its own: use --speed")
    if config.text("think") and ("rate" in config.settings or config.text("cassette")):
        raise config.wrong("think", "calls begin at their times here, and no user thinks")
    if "speed" in config.settings and not config.text("cassette"):
        raise config.wrong("speed", "it is that of a --cassette, which is not given")
    if config.text("arrivals") == "poisson" and "rate" not in config.settings:
        raise config.wrong("arrivals", "they are those of a --rate, which is not given")
    if config.flag("master") and config.number("processes") > 1:
        raise config.wrong("processes", "a --master makes no load: give it to its workers")
    for fault in config.texts("chaos"):
        scheduled_fault(fault)  # before anything is called
    if config.text("cassette") and config.text("contract"):
        raise config.wrong("contract", "--cassette says already what is called")
    try:
        think_time(config.text("think"))
    except UsageError as error:
        raise config.wrong("think", str(error)) from error


def _user_kinds(config: Config) -> dict[str, int]:
    """Return the kinds of users, each with its weight: `KIND` or `KIND=WEIGHT`."""
    kinds: dict[str, int] = {}
    for item in config.texts("user"):
        name, _, weight = item.partition("=")
        if name not in USER_KINDS:
            hint = did_you_mean(name, USER_KINDS)
            raise config.wrong("user", f"{item!r}: expected one of {', '.join(USER_KINDS)}.{hint}")
        if weight and not (weight.isdecimal() and int(weight) > 0):
            raise config.wrong("user", f"{item!r}: the weight is no whole number above 0")
        kinds[name] = int(weight or 1)
    return kinds
