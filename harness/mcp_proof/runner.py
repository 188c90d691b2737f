"""Verify a server: find its revision, send the probes that the chosen rules need, judge."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from shlex import quote
from typing import Final, TypeVar

from mcp_proof.approach import DRIVEN, approach, spoken_over
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.events import (
    ProbeFailed,
    ProbeStarted,
    RunEvent,
    RunFinished,
    RunStarted,
    VerdictReached,
    peer_found,
)
from mcp_proof.interruption import Interruption
from mcp_proof.prefixes import chosen
from mcp_proof.probe import Probe, probes
from mcp_proof.recorder import Recorder, current_probe
from mcp_proof.targets import CassetteTarget, Target, header_of
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.agreements.agreement import Agreement
from mcp_proof_contracts.contract_verify import VerifyContract
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.judge import applicable, judge
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.reading import spoken as spoken_in
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import Outcome, Rule, TransportName, Verdict, registry
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Header, Sender, Transcript

DEFAULT_TIMEOUT: Final = 15.0
INTERRUPTED: Final = "the run was interrupted"
FAILED: Final = "the probe itself failed: a fault of mcp-proof"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyOptions:
    """What to verify, and how patiently."""

    revision: Revision | None = None
    """The revision of MCP; `None` finds out."""
    dialect: Dialect | None = None
    """What is spoken; `None` finds out, and takes MCP where a revision is chosen."""
    tools: tuple[str, ...] = ()
    """Tools that may be called though they do not declare themselves read-only."""
    only: tuple[str, ...] = ()
    """Prefixes of rule ids; empty means all."""
    skip: tuple[str, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    """What the user agreed on besides, by a contract or by the needs of consumers."""
    hints: VerifyContract = field(default_factory=VerifyContract)
    """What the user tells so that more rules can be seen."""
    stimuli: tuple[Probe, ...] = ()
    """The probes that agreements name, which are no part of the catalogue."""
    probes: tuple[str, ...] | None = None
    """Names of the probes to send; `None` sends all that the chosen rules can need."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for one answer; the very first one may take four times as long."""
    transcript: Path | None = None
    """Where to keep the transcript while it grows."""

    @property
    def spoken(self) -> Spoken | None:
        """What is to be verified; `None` finds out."""
        return self.revision or self.dialect

    def __post_init__(self) -> None:
        """Refuse what a caller without a type checker gets wrong most easily."""
        given: Mapping[str, object] = {each.name: getattr(self, each.name) for each in fields(self)}
        if not isinstance(given["revision"], Revision | None):
            raise UsageError(f"revision: {self.revision!r} is no Revision; use Revision(...)")
        for name in ("only", "skip", "tools"):
            if isinstance(given[name], str):
                raise UsageError(f"{name}: expected a tuple of texts, got one text")
        if self.revision is not None and self.dialect not in (None, Dialect.MCP):
            raise UsageError(f"{self.dialect} has no revisions: leave one of the two out")


class Verification:
    """One run against one target: iterate over `events()`; `interrupt()` ends it early."""

    def __init__(self, target: Target, options: VerifyOptions, mask: Mask | None = None) -> None:
        self.target = target
        self.mask = mask or Mask()
        """What must be applied to all that is shown of the events."""
        self.mask.hide(target.secrets.values)
        self.options = options
        self._stop = Interruption()
        self.faults: list[str] = []
        """What went wrong in mcp-proof itself, as tracebacks."""
        self._unsent: dict[str, str] = {}
        """Why a probe was not sent to its end, by the probe's name."""

    def interrupt(self) -> None:
        """Stop probing now; what was seen so far is still judged."""
        self._stop.want()

    async def events(self) -> AsyncIterator[RunEvent]:
        """Run, telling each moment.

        Raises:
            PeerError: the server could not be started or reached.
            NotSpokenError: it does not speak the revision asked for, or a cassette has another.
            UsageError: no chosen rule exists at its revision over its transport.
        """
        started = time.monotonic()
        if isinstance(self.target, CassetteTarget):
            transcript = self.target.transcript
            yield _started(transcript.header)
            for event in self._read(transcript):
                yield event
        else:
            recorder = Recorder(
                header_of(self.target),
                file=self.options.transcript,
                secrets=self.target.secrets,
                mask=self.mask,
            )
            transcript = recorder.transcript
            yield _started(transcript.header)
            try:
                self._check_selection()
                async for event in self._drive(recorder):
                    yield event
            finally:
                recorder.close()
        yield RunFinished(
            transcript=transcript,
            faults=tuple(self.faults),
            seconds=time.monotonic() - started,
            interrupted=self._stop.wanted,
        )

    def _check_selection(self) -> None:
        """Refuse a choice of rules of which none can be judged, before anything is started."""
        over = self.target.transport
        if not judgeable(self.options, over):
            raise UsageError(f"the choice of rules leaves none that can be judged over {over}")

    async def _drive(self, recorder: Recorder) -> AsyncIterator[RunEvent]:
        async with AsyncExitStack() as stack:
            starting = stack.enter_async_context(self.target.started())
            target = await self._stop.unless(starting)
            if target is None:
                return
            options = self.options
            driver = await self._stop.unless(
                approach(target, recorder, options.spoken, options.timeout)
            )
            if driver is None:
                return
            driver.allowed = frozenset(options.tools)
            driver.hints = options.hints
            async for event in self._exercise(driver, recorder):
                yield event

    async def _exercise(self, driver: ToolServer, recorder: Recorder) -> AsyncIterator[RunEvent]:
        transcript, spoken = recorder.transcript, driver.spoken
        try:
            rules = self._rules(transcript, spoken)
            yield peer_found(spoken, driver.transport, driver.introduction, len(rules))
            await self._look_around(driver)
            async for event in self._probe(driver, self._plan(driver, transcript, rules)):
                yield event
        finally:
            await driver.close()
        self.faults += recorder.faults
        for event in self._judge(transcript, spoken, rules):
            yield event

    def _read(self, transcript: Transcript) -> Iterator[RunEvent]:
        """Judge what was recorded before; nothing is sent."""
        asked, recorded = self.options.spoken, spoken_in(transcript)
        if asked not in (None, Dialect.MCP) and recorded not in (None, asked):
            raise NotSpokenError(str(asked), f"it was recorded at {recorded}")
        spoken = recorded if asked in (None, Dialect.MCP) else asked
        if spoken is None:
            raise UsageError(
                f"{self.target.label}: nothing in it tells which revision was spoken; choose one"
            )
        rules = self._rules(transcript, spoken)
        opening = Reading(transcript, spoken).introduction
        introduction: JsonObject = opening.result if opening is not None else {}
        yield peer_found(spoken, transcript.header.transport, introduction, len(rules))
        yield from self._judge(transcript, spoken, rules)

    def _judge(
        self, transcript: Transcript, spoken: Spoken, rules: Sequence[Rule]
    ) -> Iterator[VerdictReached]:
        for verdict in judge(transcript, spoken, rules):
            if verdict.fault:
                self.faults.append(verdict.fault)
            yield VerdictReached(
                verdict=self._with_reason(verdict),
                reproduce=self._reproduce(verdict.rule, spoken),
            )

    def _rules(self, transcript: Transcript, spoken: Spoken) -> list[Rule]:
        rules = self._selected(transcript, spoken, self.options.only)
        if not rules:
            raise UsageError(
                f"none of the chosen rules exists at {spoken} over "
                f"{transcript.header.transport}: there is nothing to judge"
            )
        return rules

    def _selected(self, transcript: Transcript, spoken: Spoken, only: Sequence[str]) -> list[Rule]:
        return [
            rule
            for rule in (*applicable(transcript, spoken), *self.options.agreements)
            if chosen(rule.id, only, self.options.skip)
        ]

    def _plan(
        self, driver: ToolServer, transcript: Transcript, rules: Sequence[Rule]
    ) -> Sequence[Probe]:
        """Return what is sent: a rule that judges any traffic needs the traffic of all the rest."""
        if self.options.probes is not None:
            wanted = set(self.options.probes)
        else:
            every = all(rule.probes or isinstance(rule, Agreement) for rule in rules)
            needed = rules if every else self._selected(transcript, driver.spoken, ())
            wanted = {name for rule in needed for name in rule.probes}
        return [
            probe
            for probe in (*probes, *self.options.stimuli)
            if probe.name in wanted and probe.applies(driver.spoken, driver.transport)
        ]

    async def _probe(self, driver: ToolServer, plan: Sequence[Probe]) -> AsyncIterator[RunEvent]:
        for number, probe in enumerate(plan, start=1):
            if self._stop.wanted:
                self._unsent[probe.name] = INTERRUPTED
                continue
            yield ProbeStarted(name=probe.name, number=number, total=len(plan))
            if (reason := await self._send(probe, driver)) is not None:
                self._unsent[probe.name] = reason
                yield ProbeFailed(name=probe.name, reason=reason)

    async def _look_around(self, driver: ToolServer) -> None:
        """Have the ordinary conversation; the probes are worth sending even when it fails."""
        try:
            await self._stop.unless(driver.survey())
        except PeerError:
            raise
        except Exception as error:  # noqa: BLE001  # a fault of our own, told at the end
            driver.recorder.blame(error)
            driver.recorder.abandon("", FAILED)
        if self._stop.wanted:
            driver.recorder.abandon("", INTERRUPTED)

    async def _send(self, probe: Probe, driver: ToolServer) -> str | None:
        """Run one probe to its end; return why it did not get there."""
        token = current_probe.set(probe.name)
        try:
            await self._stop.unless(probe.run(driver))
        except PeerError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001  # the other probes are still worth sending
            driver.recorder.blame(error)
            driver.recorder.abandon(probe.name, FAILED)
            return FAILED
        finally:
            current_probe.reset(token)
        if not self._stop.wanted:
            return None
        driver.recorder.abandon(probe.name, INTERRUPTED)
        return INTERRUPTED

    def _with_reason(self, verdict: Verdict) -> Verdict:
        """Say that a rule is untested because its probe was not sent, where that is why."""
        if verdict.outcome is Outcome.UNTESTED:
            for name in verdict.rule.probes:
                if name in self._unsent:
                    return replace(verdict, reason=self._unsent[name])
        return verdict

    def _reproduce(self, rule: Rule, spoken: Spoken) -> str:
        chosen = "revision" if isinstance(spoken, Revision) else "dialect"
        options = [f"--{chosen} {spoken}", f"--only {rule.id}"]
        options += [rule.option] if isinstance(rule, Agreement) else []
        options += [f"--tool {quote(name)}" for name in self.options.tools]
        options += [f"--skip {prefix}" for prefix in self.options.skip]
        if self.options.timeout != DEFAULT_TIMEOUT:
            options.append(f"--timeout {self.options.timeout:g}")
        return f"mcp-proof verify {' '.join(options)} {self.target.arguments}"


def _started(header: Header) -> RunStarted:
    return RunStarted(peer=header.peer, transport=header.transport, started=header.started)


def judgeable(options: VerifyOptions, transport: TransportName) -> bool:
    """Whether any rule of a choice can be judged over a transport; HTTP may turn out the older."""
    return any(
        rule.applies(spoken, Sender.SERVER, over)
        for over in (transport, *(("http+sse",) if transport == "http" else ()))
        for rule in (*registry, *options.agreements)
        if chosen(rule.id, options.only, options.skip)
        for spoken in _possible(options, transport)
    )


def _possible(options: VerifyOptions, transport: TransportName) -> Sequence[Spoken]:
    """Return what a server may turn out to speak over a transport."""
    if options.spoken is Dialect.MCP:
        return REVISIONS
    if options.spoken is not None:
        return (options.spoken,)
    return (*REVISIONS, *(dialect for dialect in DRIVEN if spoken_over(dialect, transport)))
