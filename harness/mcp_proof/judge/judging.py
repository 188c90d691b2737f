"""Judge a client: play the scenarios that apply, read what came of them, give the verdicts."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.events import (
    PeerFound,
    ProbeFailed,
    ProbeStarted,
    RunEvent,
    RunFinished,
    RunStarted,
    VerdictReached,
)
from mcp_proof.interruption import Interruption
from mcp_proof.judge.client import Client
from mcp_proof.judge.introduced import claims, introduced
from mcp_proof.judge.merged import Merged
from mcp_proof.judge.notes import Notes
from mcp_proof.judge.performance import Performance, performed, staged
from mcp_proof.judge.scenario import ORDINARY, Scenario, scenarios
from mcp_proof.prefixes import chosen
from mcp_proof_contracts.agreements.agreement import Agreement
from mcp_proof_contracts.dialect import Dialect, Spoken, dialect_of
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.reading import spoken as spoken_in
from mcp_proof_contracts.redaction import kept_header, kept_line
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import Rule, TransportName, registry
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.transcript import Event, Header, Sender, Transcript

DEFAULT_TIMEOUT: Final = 15.0
LONGEST: Final = 60
"""How many times the patience all scenarios may take together."""
INTERRUPTED: Final = "the run was interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeOptions:
    """What to judge, and how patiently."""

    revision: Revision | None = None
    """The revision that the mock offers; `None` offers all, and takes what the client speaks."""
    scenarios: tuple[str, ...] = ()
    """Names of scenarios; empty means all that apply."""
    only: tuple[str, ...] = ()
    """Prefixes of rule ids; empty means all."""
    skip: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for the client's next message; for the very first one four times as long."""
    dialect: Dialect = Dialect.MCP
    """What the client speaks; in another one than MCP its promises alone are judged."""
    agreements: tuple[Agreement, ...] = ()
    """What the client promises beyond MCP."""
    parameters: JsonObject = field(default_factory=dict[str, Json])
    """What the user's contract file says of the client: its section `judge`."""
    transcript: Path | None = None
    """Where to keep what was said in all scenarios."""


class Judging:
    """One run with one client: iterate over `events()`; `interrupt()` ends it early."""

    def __init__(self, client: Client, options: JudgeOptions, mask: Mask | None = None) -> None:
        self.client = client
        self.options = options
        self.mask = mask or Mask()
        self.faults: list[str] = []
        """What went wrong in mcp-proof itself, as tracebacks."""
        self._stop = Interruption()
        self._all: list[Event] = []
        """What was said in all scenarios."""

    def interrupt(self) -> None:
        """Play nothing more; what was seen so far is still judged."""
        self._stop.want()

    async def events(self) -> AsyncIterator[RunEvent]:
        """Run, telling each moment.

        Raises:
            PeerError: the client could not be started, or never connected; told at the end.
            NotSpokenError: it does not speak the revision asked for.
            UsageError: no chosen rule exists there, or no chosen scenario.
        """
        began = time.monotonic()
        header = Header(
            dialect=self.options.dialect,
            peer=self.client.label,
            side=Sender.CLIENT,
            transport=self.client.transport,
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        yield RunStarted(
            peer=header.peer,
            transport=header.transport,
            started=header.started,
            side=Sender.CLIENT,
        )
        self._check_names()
        try:
            async for event in self._judged(header):
                yield event
        finally:
            self._keep(header)
        yield RunFinished(
            transcript=Transcript(header, self._all, self.mask),
            faults=tuple(self.faults),
            seconds=time.monotonic() - began,
            interrupted=self._stop.wanted,
        )

    def _keep(self, header: Header) -> None:
        """Write down what was said, without secrets: what comes to nothing is looked at, too."""
        if self.options.transcript is not None:
            lines = (kept_line(event, self.mask) for event in self._all)
            self.options.transcript.write_bytes(b"".join([kept_header(header, self.mask), *lines]))

    async def _judged(self, header: Header) -> AsyncIterator[RunEvent]:
        if self.options.dialect is not Dialect.MCP:
            rules = self._rules(self.options.dialect)
            yield PeerFound(
                spoken=self.options.dialect,
                transport=self.client.transport,
                name="",
                version="",
                rules=len(rules),
            )
            available = self._available(self.options.dialect)
            merged, plan = Merged(rules, available), self._plan(available, rules)
            async for event in self._played(header, self.options.dialect, merged, plan):
                yield event
            return
        ordinary = scenarios.get(ORDINARY)
        assert ordinary is not None
        first = await self._stop.unless(self._play(ordinary, None))
        if first is None:
            return
        spoken = self._spoken(header, first)
        revision = spoken or self._likely(first)
        rules = self._rules(revision)
        available = self._available(revision)
        merged = Merged(rules, available)
        plan = self._plan(available, rules) if spoken is not None else []
        if first.connected:
            yield introduced(first, revision, self.client.transport, len(rules))
            self._read(header, first, revision, merged)
        else:
            merged.missed_all(first.absence)
        for scenario in available if spoken is None else ():
            merged.missed(scenario, f"client and mock agreed on no revision: {first.end}")
        async for event in self._played(header, revision, merged, plan, first):
            yield event
        if not first.connected:
            raise PeerError(first.absence)

    async def _played(
        self,
        header: Header,
        spoken: Spoken,
        merged: Merged,
        plan: Sequence[Scenario],
        first: Performance | None = None,
    ) -> AsyncIterator[RunEvent]:
        """Play what is planned, and tell the verdicts; `first` is what was played before."""
        until = time.monotonic() + LONGEST * self.options.timeout
        revision = spoken if isinstance(spoken, Revision) else None
        for number, scenario in enumerate(plan, start=1):
            if (why := self._enough(first, until)) is not None:
                merged.missed(scenario, why)
                continue
            yield ProbeStarted(name=scenario.name, number=number, total=len(plan))
            played = await self._stop.unless(self._play(scenario, revision))
            if played is None:
                merged.missed(scenario, INTERRUPTED)
                continue
            if not played.connected:
                merged.missed(scenario, played.absence)
                yield ProbeFailed(name=scenario.name, reason=played.absence)
                continue
            self._read(header, played, spoken, merged)
        for verdict in merged.verdicts(spoken):
            yield VerdictReached(
                verdict=verdict, reproduce=self._reproduce(verdict.rule, spoken, merged)
            )

    def _enough(self, first: Performance | None, until: float) -> str | None:
        """Why nothing more is played, if so."""
        if self._stop.wanted:
            return INTERRUPTED
        if first is not None and first.endless:
            return f"the client does not end: {first.ended.why}"
        if time.monotonic() > until:
            return f"it takes the client more than {LONGEST * self.options.timeout:g} s in all"
        return None

    async def _play(self, scenario: Scenario, revision: Revision | None) -> Performance:
        """Play a scenario at a revision; with `None` the client may choose one."""
        transport = self.client.transport
        offered = [r for r in REVISIONS if revision in (None, r) and _carries(transport, r)]
        if self.options.revision is not None:
            offered = [self.options.revision]
        promised, dialect = self.options.parameters, self.options.dialect
        stage = staged(scenario, offered, transport, promised, dialect)
        notes_of = partial(Notes, mask=self.mask, first=len(self._all))
        played = await performed(scenario, stage, self.client, self.options.timeout, notes_of)
        self._all += (
            replace(event, probe=scenario.name, session=f"{event.session}@{scenario.name}")
            for event in played.events
        )
        return played

    def _spoken(self, header: Header, first: Performance) -> Revision | None:
        """Return what the client and the mock agreed on; `None` when they did not.

        Raises:
            NotSpokenError: the client connected, but does not speak the revision asked for.
        """
        served = replace(header, side=Sender.SERVER)
        spoken = spoken_in(Transcript(served, first.events))
        if isinstance(spoken, Revision):
            return spoken
        if self.options.revision is not None and first.connected:
            why = f"it connected, but did not agree to it ({first.end})"
            raise NotSpokenError(self.options.revision, why)
        return None

    def _likely(self, first: Performance) -> Revision:
        """Return the revision by which a client is judged that agreed on none."""
        carried = [r for r in REVISIONS if _carries(self.client.transport, r)]
        claimed = (revision for revision in claims(first) if revision in carried)
        return next(claimed, self.options.revision or carried[-1])

    def rules_at(self, spoken: Spoken) -> list[Rule]:
        """Return the chosen rules that apply where this is spoken."""
        options = self.options
        own = registry if isinstance(spoken, Revision) else ()
        return [
            rule
            for rule in (*own, *options.agreements)
            if rule.applies(spoken, Sender.CLIENT, self.client.transport)
            and chosen(rule.id, options.only, options.skip)
        ]

    def _rules(self, spoken: Spoken) -> list[Rule]:
        rules = self.rules_at(spoken)
        if not rules:
            raise UsageError(
                f"none of the chosen rules exists for clients at {spoken} over "
                f"{self.client.transport}: there is nothing to judge"
            )
        return rules

    def _available(self, spoken: Spoken) -> list[Scenario]:
        """Return what can be played besides the ordinary."""
        revision = spoken if isinstance(spoken, Revision) else REVISIONS[-1]
        return [
            scenario
            for scenario in scenarios
            if scenario.name != ORDINARY
            and scenario.applies(revision, self.client.transport)
            and scenario.is_for(self.options.parameters, dialect_of(spoken))
        ]

    def _plan(self, available: Sequence[Scenario], rules: Sequence[Rule]) -> list[Scenario]:
        """Return what is played besides the ordinary: what was chosen, or what shows a rule.

        Raises:
            UsageError: nothing of what was chosen can be played.
        """
        ids, names = {rule.id for rule in rules}, self.options.scenarios
        if not names:
            return [scenario for scenario in available if ids.intersection(scenario.shows)]
        plan = [scenario for scenario in available if scenario.name in names]
        if not plan and ORDINARY not in names:
            raise UsageError(
                f"--scenario: {' and '.join(names)} cannot be played at what the client speaks, "
                f"over {self.client.transport}"
            )
        return plan

    def _check_names(self) -> None:
        for name in self.options.scenarios:
            if scenarios.get(name) is None:
                known = [each.name for each in scenarios]
                raise UsageError(
                    f"--scenario: there is no scenario {name!r}.{did_you_mean(name, known)}"
                )

    def _read(
        self,
        header: Header,
        played: Performance,
        spoken: Spoken,
        merged: Merged,
    ) -> None:
        """Let the rules read what came of one scenario."""
        transcript = Transcript(header, played.events)
        for verdict in judge(transcript, spoken, _readers(played.scenario, merged.rules)):
            if verdict.fault:
                self.faults.append(verdict.fault)
            merged.take(played.scenario, verdict)

    def _reproduce(self, rule: Rule, spoken: Spoken, merged: Merged) -> str:
        options = [f"--revision {spoken}"] if isinstance(spoken, Revision) else []
        options.append(f"--only {rule.id}")
        options += [rule.option] if isinstance(rule, Agreement) and rule.option else []
        # One scenario is enough to see it again, and the ordinary one is played anyhow.
        shown = merged.shown_in(rule)
        options += [f"--scenario {name}" for name in shown[:1] if name != ORDINARY]
        if self.options.timeout != DEFAULT_TIMEOUT:
            options.append(f"--timeout {self.options.timeout:g}")
        return f"mcp-proof judge {' '.join(options)} {self.client.arguments}"


def _readers(scenario: Scenario, rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that are judged in a scenario.

    A promise is kept under terms that no other scenario is made for, nor are the specification's
    rules judged where requests are refused at every turn.
    """
    if scenario.promise:
        return [rule for rule in rules if rule.id in scenario.shows]
    return [rule for rule in rules if not isinstance(rule, Agreement)]


def _carries(transport: TransportName, revision: Revision) -> bool:
    """Whether a revision can be spoken over a transport."""
    if transport == "http+sse":
        return revision is REVISIONS[0]
    return transport != "http" or revision.features.streamable_http
