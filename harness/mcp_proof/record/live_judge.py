"""The rules, while traffic is recorded: what they object to is told as it is seen."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_proof.errors import InternalError, PeerError
from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.ending import VIOLATED
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.error_codes import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
)
from mcp_proof_contracts.excerpt import excerpt, printable_lines
from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.judge import OF_ENVELOPES, judge
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.rule import Finding, Level, Outcome, Verdict
from mcp_proof_contracts.transcript import Event, Header, Sender, Transcript
from mcp_proof_contracts.wire import Message, as_object

PAUSE: Final = 0.5
"""Seconds between two judgements, at least."""
SHARE: Final = 10
"""How much longer than a judgement the pause after it is, so that traffic hardly waits for it."""
CLIENT_ERRORS: Final = range(400, 500)
BLAMING: Final = (PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, HEADER_MISMATCH)
"""Codes of errors by which a server says that the request was wrong."""
MAX_FINDINGS: Final = 3
"""Findings of a rule that are told; the rest is counted."""
Key: TypeAlias = tuple[str, str, int]
"""A finding: its rule, what it says, and the first event that shows it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """All verdicts on what was recorded so far."""

    verdicts: Sequence[Verdict]

    def findings(self) -> Iterator[tuple[Key, Verdict, Finding]]:
        """Yield what the rules object to."""
        for verdict in self.verdicts:
            for finding in verdict.findings:
                first = min((event.seq for event in finding.events), default=-1)
                yield (verdict.rule.id, finding.message, first), verdict, finding


class LiveJudge:
    """Judges what a cassette takes, over and over, beside the traffic.

    While a request is under way a rule may object to what is only not there yet: so a finding is
    told when it is seen a second time, when nothing more was said for a while, or in the end.
    """

    def __init__(self, cassette: CassetteWriter, tell: Callable[[str], None]) -> None:
        self._header: Callable[[], Header] = lambda: cassette.header
        self._mask = cassette.mask
        self._tell = tell
        self._events: list[Event] = []
        self._seen: set[Key] = set()
        self._told: set[Key] = set()
        self._of_rule: Counter[str] = Counter()
        cassette.heard = self._events.extend

    async def watch(self) -> None:
        """Judge until it is cancelled."""
        judged, pause, found = 0, PAUSE, Judged(())
        while True:
            await asyncio.sleep(pause)
            if judged == len(self._events):  # it was quiet: what was not there yet would have come
                self._tell_findings(found, lambda _key: True)
                continue
            judged, began = len(self._events), time.monotonic()
            found = await asyncio.to_thread(self._judged, list(self._events))
            pause = max(PAUSE, SHARE * (time.monotonic() - began))
            self._tell_findings(found, lambda key: key in self._seen)
            self._seen |= {key for key, _, _ in found.findings()}

    def finish(self) -> int:
        """Judge all, tell what was not told yet and the counts; return the exit code.

        It is 1 where a MUST is violated, and that of an unreached peer where nothing was judged.

        Raises:
            InternalError: a rule failed itself.
        """
        found = self._judged(self._events)
        self._tell_findings(found, lambda _key: True)
        for rule, number in self._of_rule.items():
            if number > MAX_FINDINGS:
                self._tell(f"{rule}: and {number - MAX_FINDINGS} more of the kind")
        if disputed := sum(_is_disputed(v, f) for _, v, f in found.findings()):
            self._tell(f"{disputed} answers to requests that the server calls wrong are not judged")
        outcomes: dict[str, set[Outcome]] = {}
        for verdict in found.verdicts:
            outcomes.setdefault(verdict.rule.id, set()).add(_outcome(verdict))
        order = (Outcome.VIOLATED, Outcome.PASSED, Outcome.UNTESTED)
        counts = Counter(next(o for o in order if o in each) for each in outcomes.values())
        told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in sorted(order))
        self._tell(f"{told}; {len(self._events)} events")
        if not found.verdicts:
            self._tell("nothing was judged: no request showed what is spoken")
            return PeerError.exit_code
        if faults := [verdict.fault for verdict in found.verdicts if verdict.fault]:
            raise InternalError("\n".join([*faults, "these are faults of mcp-proof itself"]))
        violated = any(
            verdict.level is Level.MUST and not _is_disputed(verdict, finding)
            for _, verdict, finding in found.findings()
        )
        return VIOLATED if violated else 0

    def _judged(self, events: list[Event]) -> Judged:
        transcript = Transcript(self._header(), events)
        verdicts = [each for spoken in _spoken(transcript) for each in judge(transcript, spoken)]
        return Judged(verdicts)

    def _tell_findings(self, found: Judged, wanted: Callable[[Key], bool]) -> None:
        for key, verdict, finding in found.findings():
            if key not in self._told and wanted(key) and not _is_disputed(verdict, finding):
                self._told.add(key)
                self._of_rule[key[0]] += 1
                if self._of_rule[key[0]] <= MAX_FINDINGS:
                    self._tell(self._shown(verdict, finding, key[2]))

    def _shown(self, verdict: Verdict, finding: Finding, seq: int) -> str:
        lines = (
            f"{verdict.level.value} {verdict.rule.id}: {finding.message} (event {seq})",
            f"  expected  {excerpt(finding.expected)}",
            f"  actual    {excerpt(finding.actual)}",
        )
        return printable_lines(self._mask("\n".join(lines)))


def _outcome(verdict: Verdict) -> Outcome:
    """Return a verdict's outcome, without what may be the client's fault."""
    if verdict.findings and all(_is_disputed(verdict, each) for each in verdict.findings):
        return Outcome.UNTESTED
    return verdict.outcome


def _is_disputed(verdict: Verdict, finding: Finding) -> bool:
    """Whether the server blames the request: then rules about answers to good ones say nothing.

    Probes send good requests; what comes by itself may be anything.
    """
    if verdict.rule.id.startswith(OF_ENVELOPES):
        return False
    return any(
        event.data.get("status") in CLIENT_ERRORS
        or (event.message is not None and event.message.error_code in BLAMING)
        for event in finding.events
        if event.sender is Sender.SERVER
    )


def _spoken(transcript: Transcript) -> Sequence[Spoken]:
    """Return what is spoken: another dialect, or the revisions that were agreed on or claimed."""
    dialect = transcript.header.dialect
    if dialect is not Dialect.MCP:
        return [dialect]
    messages = [event.message for event in transcript.events if event.message is not None]
    revisions = {revision for each in messages if (revision := _revision(each)) is not None}
    return sorted(revisions)


def _revision(message: Message) -> Spoken | None:
    meta = as_object(message.params.get("_meta"))
    return published(message.result.get("protocolVersion")) or published(meta.get(META_VERSION))
