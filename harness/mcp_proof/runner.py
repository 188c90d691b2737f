"""Verify a server: find its revision, send the probes that the chosen rules need, judge."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mcp_proof_contracts.judge import applicable, judge
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Rule
from mcp_proof_contracts.transcript import Header, Sender, Transcript
from mcp_proof_contracts.wire import as_object

import mcp_proof.probes  # noqa: F401  # importing the pages registers their probes
from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError
from mcp_proof.events import (
    PeerFound,
    ProbeFailed,
    ProbeStarted,
    RunEvent,
    RunFinished,
    VerdictReached,
)
from mcp_proof.negotiate import introduce
from mcp_proof.probe import Probe, probes
from mcp_proof.recorder import Recorder, current_probe
from mcp_proof.survey import survey
from mcp_proof.target import Target

DEFAULT_TIMEOUT = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """What to verify, and how patiently."""

    revision: Revision | None = None
    """`None` finds out."""
    only: tuple[str, ...] = ()
    """Prefixes of rule ids; empty means all."""
    skip: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for one answer."""
    transcript: Path | None = None
    """Where to keep the transcript while it grows."""
    secret_headers: frozenset[str] = frozenset()
    """Lower-case names of headers whose values must not be recorded."""


class Verification:
    """One run against one target: iterate over `events()`; `interrupt()` ends it early."""

    def __init__(self, target: Target, options: VerifyOptions) -> None:
        self.target = target
        self.options = options
        self._stop = asyncio.Event()

    def interrupt(self) -> None:
        """Stop probing now; what was seen so far is still judged."""
        self._stop.set()

    async def events(self) -> AsyncIterator[RunEvent]:
        """Run, telling each moment.

        Raises:
            PeerError: the server could not be started or reached.
        """
        started = time.monotonic()
        header = Header(
            peer=self.target.label,
            side=Sender.SERVER,
            transport=self.target.transport,
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        recorder = Recorder(
            header, file=self.options.transcript, secrets=self.options.secret_headers
        )
        driver: Driver | None = None
        try:
            driver = await introduce(
                self.target, recorder, self.options.revision, self.options.timeout
            )
            rules = self._chosen(recorder.transcript, driver.revision)
            yield self._found(driver, header, len(rules))
            await self._unless_stopped(survey(driver))
            async for event in self._probe(driver, rules):
                yield event
        finally:
            if driver is not None:
                await driver.close()
            recorder.close()
        for verdict in judge(recorder.transcript, driver.revision, rules):
            yield VerdictReached(
                verdict=verdict, reproduce=self._reproduce(verdict.rule, driver.revision)
            )
        yield RunFinished(
            transcript=recorder.transcript,
            seconds=time.monotonic() - started,
            interrupted=self._stop.is_set(),
        )

    def _chosen(self, transcript: Transcript, revision: Revision) -> list[Rule]:
        return [
            rule
            for rule in applicable(transcript, revision)
            if selected(rule.id, self.options.only, self.options.skip)
        ]

    async def _probe(self, driver: Driver, rules: Sequence[Rule]) -> AsyncIterator[RunEvent]:
        wanted = {name for rule in rules for name in rule.probes}
        plan = [
            probe
            for probe in probes
            if probe.name in wanted and probe.applies(driver.revision, driver.transport)
        ]
        for number, probe in enumerate(plan, start=1):
            if self._stop.is_set():
                return
            yield ProbeStarted(name=probe.name, number=number, total=len(plan))
            if (reason := await self._run(probe, driver)) is not None:
                yield ProbeFailed(name=probe.name, reason=reason)

    async def _run(self, probe: Probe, driver: Driver) -> str | None:
        """Run one probe until it is done or the run is interrupted; return why it failed."""
        token = current_probe.set(probe.name)
        try:
            await self._unless_stopped(probe.run(driver))
        except PeerError as error:
            return str(error)
        finally:
            current_probe.reset(token)
        return None

    async def _unless_stopped(self, work: Awaitable[None]) -> None:
        """Await `work`, or cancel it when the run is interrupted."""
        running = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
        finally:
            for task in (running, stopping):
                task.cancel()
            await asyncio.gather(running, stopping, return_exceptions=True)

    def _found(self, driver: Driver, header: Header, rules: int) -> PeerFound:
        info = _server_info(driver)
        return PeerFound(
            peer=self.target.label,
            arguments=self.target.arguments,
            revision=driver.revision,
            transport=self.target.transport,
            name=str(info.get("name", "")),
            version=str(info.get("version", "")),
            rules=rules,
            started=header.started,
        )

    def _reproduce(self, rule: Rule, revision: Revision) -> str:
        return f"mcp-proof verify --revision {revision} --only {rule.id} {self.target.arguments}"


def selected(rule_id: str, only: Sequence[str], skip: Sequence[str]) -> bool:
    """Whether prefixes choose this rule id."""
    chosen = not only or any(rule_id.startswith(prefix) for prefix in only)
    return chosen and not any(rule_id.startswith(prefix) for prefix in skip)


def _server_info(driver: Driver) -> JsonObject:
    server = driver.introduction
    meta = as_object(server.get("_meta"))
    return as_object(server.get("serverInfo") or meta.get("io.modelcontextprotocol/serverInfo"))
