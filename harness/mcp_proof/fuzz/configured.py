"""What the settings say of a campaign."""

from pathlib import Path

from mcp_proof.config import Config
from mcp_proof.configured_contract import configured_contract
from mcp_proof.errors import UsageError
from mcp_proof.fuzz.case import parsed
from mcp_proof.fuzz.given import Given
from mcp_proof.fuzz.hooks import CustomStrategy, load_hooks
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import published


def configured_fuzzing(config: Config) -> FuzzOptions:
    """Return what the settings say of a campaign.

    Raises:
        UsageError: a revision and another dialect than MCP are both chosen; the case is none.
    """
    dialect = None if config.text("dialect") == "auto" else Dialect(config.text("dialect"))
    if dialect not in (None, Dialect.MCP) and config.text("revision") != "auto":
        raise config.wrong("dialect", f"{dialect} has no revisions: leave one of the two out")
    if config.text("revision") == "all":
        raise config.wrong("revision", "choose one: a campaign is made at one revision")
    case = config.text("case")
    return FuzzOptions(
        revision=published(config.text("revision")),
        dialect=dialect,
        tools=config.texts("tool"),
        allow_destructive=config.flag("allow-destructive"),
        max_examples=int(config.number("max-examples")),
        seconds=config.number("time") if "time" in config.settings else None,
        seed=int(config.number("seed")),
        rate=config.number("rate") if "rate" in config.settings else None,
        timeout=config.number("timeout"),
        case=parsed(case) if case else None,
        corpus=Path(config.text("corpus")),
        given=Given(contract=configured_contract(config), strategies=_strategies(config)),
    )


def _strategies(config: Config) -> tuple[CustomStrategy, ...]:
    try:
        return load_hooks(Path(config.text("hooks"))) if config.text("hooks") else ()
    except UsageError as error:
        raise config.wrong("hooks", str(error)) from error
