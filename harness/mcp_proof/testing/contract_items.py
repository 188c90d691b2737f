"""`pytest --mcp-verify` and `@pytest.mark.mcp_contract`: one test item for each rule."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pytest

from mcp_proof.runner import VerifyOptions, selected
from mcp_proof.testing.blame import told_plainly
from mcp_proof.testing.configured import NOWHERE, named_target
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof.testing.verdicts import RuleVerdict
from mcp_proof_contracts.revision import REVISIONS, published
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.suggestion import did_you_mean

NAME: Final = "mcp-contract"
MARKER: Final = "mcp_contract"
TARGET: Final = "mcp_target"
VERDICT: Final = "mcp_verdict"
"""The fixture whose value is the verdict."""
WrongMarker = pytest.Collector.CollectError
"""What pytest tells without a traceback."""
CHOICES: Final = ("only", "skip", "revision")
"""What the marker takes."""


class ContractCollector(pytest.Collector):
    """Collects a test for each rule, as if somebody had written them."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests."""
        make: Callable[..., ContractItem] = ContractItem.from_parent  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # pytest's own
        for rule_id in _rule_ids(VerifyOptions()):
            yield make(self, name=rule_id, callobj=_kept)


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
    if named_target(config) is not None:
        wanted = isinstance(collector, pytest.Session)
    else:
        wanted = _gives_target(collector, config)
    if wanted and report.passed:
        make: Callable[..., ContractCollector] = ContractCollector.from_parent  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # pytest's own
        where = collector.nodeid.removesuffix(".")
        report.result.append(make(collector, name=NAME, nodeid=f"{where}::{NAME}".lstrip(":")))


def _gives_target(collector: pytest.Collector, config: pytest.Config) -> bool:
    """Whether the module, or the conftest.py of the folder, overrides the fixture `mcp_target`."""
    module: object = None
    if isinstance(collector, pytest.Module):
        module = collector.obj
    elif isinstance(collector, pytest.Directory):
        module = config.pluginmanager.getplugin(str(collector.path / "conftest.py"))
    return hasattr(module, TARGET)


def expect_contract(items: Iterable[pytest.Item]) -> None:
    """Refuse a run that was to verify something and found nothing.

    Raises:
        pytest.UsageError: there is no test for a rule.
    """
    if not any(isinstance(item, ContractItem) for item in items):
        raise pytest.UsageError(f"--mcp-verify: {NOWHERE}")


def parametrize(metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
    """Make a test for each rule that the marker chooses."""
    ids = _rule_ids(_options(marker))
    if not ids:
        raise WrongMarker(f"@pytest.mark.{MARKER}: no rule is chosen by {marker.kwargs}")
    metafunc.parametrize(VERDICT, ids, indirect=True)


def verdict_of(request: pytest.FixtureRequest, servers: SharedServers) -> RuleVerdict:
    """Return the verdict on the rule of a test; the tests of one function share a verification."""
    __tracebackhide__ = True
    item, marker = request.node, request.node.get_closest_marker(MARKER)
    group = item.nodeid.partition("[")[0]
    if isinstance(item, ContractItem):
        group, _, rule_id = item.nodeid.rpartition("::")
        options = VerifyOptions()
    elif marker is not None:
        rule_id, options = request.param, _options(marker)
    else:
        pytest.fail(f"`{VERDICT}` is for tests that are marked with `{MARKER}`", pytrace=False)
    target = request.getfixturevalue(TARGET)
    with told_plainly():
        return servers.verdict(group, rule_id, target, options)


def _rule_ids(options: VerifyOptions) -> list[str]:
    """Return the ids of the rules for servers that the options choose; which apply shows later."""
    return [
        rule.id
        for rule in registry
        if rule.side != "client"
        and selected(rule.id, options.only, options.skip)
        and (options.revision is None or rule.since <= options.revision <= rule.until)
    ]


def _options(marker: pytest.Mark) -> VerifyOptions:
    """Return what the marker asks for.

    Raises:
        CollectError: it is given what it does not take.
    """
    if marker.args:
        raise WrongMarker(f"@pytest.mark.{MARKER} takes {', '.join(CHOICES)} by name")
    for name in marker.kwargs:
        if name not in CHOICES:
            hint = did_you_mean(name, CHOICES)
            raise WrongMarker(
                f"@pytest.mark.{MARKER} takes {', '.join(CHOICES)}, not {name}.{hint}"
            )
    revision = marker.kwargs.get("revision")
    if revision is not None and published(revision) is None:
        hint = did_you_mean(str(revision), REVISIONS)
        raise WrongMarker(f"{revision!r} is none of {', '.join(REVISIONS)}.{hint}")
    return VerifyOptions(
        revision=published(revision),
        only=_prefixes(marker.kwargs.get("only", ())),
        skip=_prefixes(marker.kwargs.get("skip", ())),
    )


def _prefixes(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
