"""`pytest --mcp-fuzz`: one test for each operation of the server under test."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest

from mcp_proof.config import Config
from mcp_proof.errors import McpProofError, UsageError
from mcp_proof.fuzz.configured import configured_fuzzing
from mcp_proof.fuzz.extra import check_extra
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.targets import Target, target_of
from mcp_proof.testing.blame import told_plainly
from mcp_proof.testing.configured import configured, is_named, named_target
from mcp_proof.testing.fuzz_verdict import settle
from mcp_proof_contracts.excerpt import printable
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

NAME: Final = "mcp-fuzz"
NOWHERE: Final = (
    "--mcp-fuzz: which server is under test? What it offers is listed before there are fixtures, "
    "so give --mcp-target, or set `mcp_target` in pytest's configuration, or a target in that of "
    "mcp-proof."
)


class FuzzCollector(pytest.Collector):
    """Collects a test for each operation that the server lists."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests."""
        from mcp_proof.fuzz.listing import listed_operations  # noqa: PLC0415  # needs an extra

        try:
            target, options = _target(self.config), _options(self.config)
            labels = asyncio.run(listed_operations(target, options))
        except McpProofError as error:
            raise self.CollectError(str(error)) from None
        make: Callable[..., FuzzItem] = FuzzItem.from_parent  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # pytest's own
        mask = Mask(target.secrets.values)
        for label in labels:
            yield make(self, name=printable(mask(label)), label=label)


class FuzzItem(pytest.Item):
    """A campaign against one operation finds no failure."""

    def __init__(self, *, label: str, **known: object) -> None:
        super().__init__(**known)  # type: ignore[arg-type]  # pytest's own
        self._label = label

    def runtest(self) -> None:
        """Make the campaign.

        Raises:
            pytest.fail.Exception, pytest.skip.Exception, pytest.xfail.Exception: as it ends.
        """
        with told_plainly():
            options = replace(_options(self.config), operations=(self._label,))
            run = asyncio.run(_campaign(_target(self.config), options, _fail_on(self.config)))
        settle(run, self._label)

    def reportinfo(self) -> tuple[str, None, str]:
        """Say what this is in place of a line of a file."""
        return NAME, None, f"{NAME}::{self.name}"


def check_settings(config: pytest.Config) -> None:
    """Refuse a run that is configured wrongly, or that has nothing to fuzz.

    Raises:
        pytest.UsageError: so it is; what to do is told.
    """
    try:
        check_extra()
        _options(config)
        named = is_named(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    if not named:
        raise pytest.UsageError(NOWHERE)


def add_fuzzing(collector: pytest.Collector, report: pytest.CollectReport) -> None:
    """Put the tests at the top, beside what the user has written."""
    if isinstance(collector, pytest.Session) and report.passed:
        make: Callable[..., FuzzCollector] = FuzzCollector.from_parent  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # pytest's own
        report.result.append(make(collector, name=NAME, nodeid=NAME))


def _settings(config: pytest.Config) -> Config:
    return configured(config, "fuzz")


def _options(config: pytest.Config) -> FuzzOptions:
    return configured_fuzzing(_settings(config))


def _fail_on(config: pytest.Config) -> Level:
    return Level(_settings(config).text("fail-on").upper())


def _target(config: pytest.Config) -> Target:
    return target_of(named_target(config))


async def _campaign(target: Target, options: FuzzOptions, fail_on: Level) -> FuzzTally:
    from mcp_proof.fuzz.fuzzing import Fuzzing  # noqa: PLC0415  # Hypothesis is slow to load

    run = FuzzTally(fail_on=fail_on)
    async for event in Fuzzing(target, options, run.mask).events():
        run.take(event)
    return run
