"""`pytest --mcp-verify` and `@pytest.mark.mcp_contract`: one test item for each rule."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from mcp_proof.errors import UsageError
from mcp_proof.prefixes import chosen
from mcp_proof.runner import VerifyOptions
from mcp_proof.testing.blame import told_plainly
from mcp_proof.testing.configured import NOWHERE, chosen_target, is_named, verify_options
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof.testing.verdicts import GateVerdict, RuleVerdict, Settled
from mcp_proof_contracts.dialect import DIALECTS, Dialect
from mcp_proof_contracts.revision import REVISIONS, published
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.suggestion import did_you_mean

GATE: Final = "gate"
"""The test of what is demanded of the verification as a whole."""
NAME: Final = "mcp-contract"
MARKER: Final = "mcp_contract"
TARGET: Final = "mcp_target"
VERDICT: Final = "mcp_verdict"
"""The fixture whose value is the verdict."""
KNOWN: Final = pytest.StashKey[bool]()
"""Whether anything said what to verify."""
WrongMarker = pytest.Collector.CollectError
"""What pytest tells without a traceback."""
CHOICES: Final = ("only", "skip", "revision", "dialect")
"""What the marker takes."""


class ContractCollector(pytest.Collector):
    """Collects a test for each rule, as if somebody had written them."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests."""
        make: Callable[..., ContractItem] = ContractItem.from_parent  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # pytest's own
        for rule_id in _rule_ids(verify_options(self.config)):
            yield make(self, name=rule_id, callobj=_kept)
        yield make(self, name=GATE, callobj=_kept)


class ContractItem(pytest.Function):
    """The rule that it is named after is kept."""

    def reportinfo(self) -> tuple[str, None, str]:
        """Say what this is in place of a line of a file."""
        return NAME, None, f"{NAME}::{self.name}"


def _kept(mcp_verdict: object) -> None:
    """Ask for the verdict; the plugin looks at it."""


def add_contract(collector: pytest.Collector, report: pytest.CollectReport) -> None:
    """Put the tests where the target is known: at the top, or beside the fixture that gives it."""
    config = collector.config
    if not report.passed:
        return
    if isinstance(collector, pytest.Session):
        places: list[pytest.Collector] = [collector] if is_named(config) else []
        # Folders above what pytest was asked for are passed through, and not collected. Who names
        # single tests wants no others.
        named = config.args_source is config.ArgsSource.ARGS
        asked = [each for each in report.result if isinstance(each, pytest.Directory) or not named]
        for node in dict.fromkeys(node for each in asked for node in each.iter_parents()):
            if isinstance(node, pytest.Directory) and node not in report.result:
                places += [node] if _gives_target(node, config) else []
    else:
        places = [collector] if _gives_target(collector, config) else []
    make: Callable[..., ContractCollector] = ContractCollector.from_parent  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # pytest's own
    for place in places:
        config.stash[KNOWN] = True
        where = place.nodeid.removesuffix(".")
        report.result.append(make(place, name=NAME, nodeid=f"{where}::{NAME}".lstrip(":")))


def _gives_target(collector: pytest.Collector, config: pytest.Config) -> bool:
    """Whether the module, or the conftest.py of the folder, overrides the fixture `mcp_target`."""
    if config.getoption("--mcp-target"):
        return False  # the option wins over every fixture
    module: object = None
    if isinstance(collector, pytest.Module):
        module = collector.obj
    elif isinstance(collector, pytest.Directory):
        module = config.pluginmanager.getplugin(str(collector.path / "conftest.py"))
    return hasattr(module, TARGET)


def check_settings(config: pytest.Config) -> None:
    """Refuse a run that is configured wrongly, before anything is collected.

    Raises:
        pytest.UsageError: it is; the file and the key are named.
    """
    try:
        verify_options(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


def expect_contract(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Refuse a run that was to verify something and found nothing.

    Whoever names the tests to run may well have named none of these.

    Raises:
        pytest.UsageError: nothing said what to verify.
    """
    if session.config.stash.get(KNOWN, False):
        return
    text = f"--mcp-verify: {NOWHERE}"
    if not hasattr(session.config, "workerinput"):
        raise pytest.UsageError(text)
    items.clear()  # a worker of pytest-xdist: its errors are not shown, but why it stops is
    session.shouldstop = text


def parametrize(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Make a test for each rule that the marker chooses."""
    ids = _rule_ids(_options(marker, metafunc.config))
    if not ids:
        raise WrongMarker(f"@pytest.mark.{MARKER}: no rule is chosen by {marker.kwargs}")
    metafunc.parametrize(VERDICT, ids, indirect=True)


def verdict_of(request: pytest.FixtureRequest, servers: SharedServers) -> Settled:
    """Return the verdict that a test is about; the tests of one function share a verification."""
    __tracebackhide__ = True
    item, marker = request.node, request.node.get_closest_marker(MARKER)
    if isinstance(item, ContractItem):
        wanted, options = item.name, verify_options(request.config)
        group = item.parent, ""
    elif marker is not None:
        wanted, options = request.param, _options(marker, request.config)
        group = item.parent, item.originalname
    else:
        pytest.fail(f"`{VERDICT}` is for tests that are marked with `{MARKER}`", pytrace=False)
    target = chosen_target(request.config, request.getfixturevalue(TARGET))
    with told_plainly():
        tally = servers.verified(group, target, options)
    return GateVerdict(tally) if wanted == GATE else RuleVerdict.of(wanted, tally)


def _rule_ids(options: VerifyOptions) -> list[str]:
    """Return the ids of the rules for servers that the options choose; which apply shows later.

    Tests are collected before anything is started: where nobody says a dialect they are MCP's.
    """
    return [
        rule.id
        for rule in (*registry, *options.agreements)
        if rule.side != "client"
        and chosen(rule.id, options.only, options.skip)
        and rule.holds_for(options.spoken or Dialect.MCP)
    ]


def _options(marker: pytest.Mark, config: pytest.Config) -> VerifyOptions:
    """Return what the marker asks for, and for the rest what is configured.

    Raises:
        CollectError: the marker is given what it does not take, or something is configured wrongly.
    """
    where, given = f"@pytest.mark.{MARKER}", marker.kwargs
    if marker.args:
        raise WrongMarker(f"{where} takes {', '.join(CHOICES)} by name")
    for name in given:
        if name not in CHOICES:
            hint = did_you_mean(name, CHOICES)
            raise WrongMarker(f"{where} takes {', '.join(CHOICES)}, not {name}.{hint}")
    revision = given.get("revision")
    if revision is not None and published(revision) is None:
        hint = did_you_mean(str(revision), REVISIONS)
        raise WrongMarker(f"{where}: {revision!r} is none of {', '.join(REVISIONS)}.{hint}")
    dialect = given.get("dialect")
    if dialect is not None and dialect not in DIALECTS:
        hint = did_you_mean(str(dialect), DIALECTS)
        raise WrongMarker(f"{where}: {dialect!r} is none of {', '.join(DIALECTS)}.{hint}")
    try:
        configured = verify_options(config)
    except UsageError as error:
        raise WrongMarker(str(error)) from error
    return replace(
        configured,
        dialect=Dialect(dialect) if dialect is not None else configured.dialect,
        revision=published(revision) or configured.revision,
        only=_prefixes(given["only"]) if "only" in given else configured.only,
        skip=_prefixes(given["skip"]) if "skip" in given else configured.skip,
    )


def _prefixes(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
