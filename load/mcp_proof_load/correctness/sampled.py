"""The rules on a sample of the exchanges: what they object to under load."""

from collections.abc import Iterator
from random import Random
from typing import Final

from mcp_proof_contracts.error_codes import HEADER_MISMATCH
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript, read_line
from mcp_proof_contracts.wire import parse
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.report import Example
from mcp_proof_load.plan import Plan

BATCH: Final = 100
"""Exchanges that are judged together: enough to share what a judgement costs at first."""
SESSION: Final = "sampled"


class SampledRules:
    """Keeps a share of the exchanges, and has the rules judge them, a batch at a time.

    A batch is judged as a short conversation of its own: the opening of the session, with the list
    of the tools, as it was before the load, and then the exchanges. HTTP is no part of it.

    Args:
        revision: what is spoken.
        opening: the lines of the events of the opening.
        share: the share of the exchanges that are kept, 0 to 1.
        seed: what is kept is drawn by it.
    """

    def __init__(
        self, revision: Revision, opening: tuple[str, ...], share: float, seed: int
    ) -> None:
        self._revision = revision
        self._share = share
        self._random = Random(seed).random  # noqa: S311  # repeatable on purpose
        # Messages alone: what is not recorded of HTTP must not look as if it were missing.
        self._header = Header(peer="", side=Sender.SERVER, transport="memory", started="")
        self._opening = [_event(line) for line in opening]
        self._events: list[Event] = []
        self._operations: dict[int, str] = {}
        """By the number of an event."""

    def wanted(self) -> bool:
        """Whether the next exchange is kept."""
        return self._share >= 1 or self._random() < self._share

    def take(self, operation: str, request: bytes, answer: bytes) -> Iterator[Example]:
        """Keep an exchange; yield what the rules object to when a batch is full."""
        said = parse(answer)
        if said.error_code == HEADER_MISMATCH:  # it speaks of HTTP, which is no part of it
            return
        for sender, message in ((Sender.CLIENT, parse(request)), (Sender.SERVER, said)):
            seq = len(self._opening) + len(self._events)
            self._operations[seq] = operation
            self._events.append(
                Event(
                    seq=seq,
                    at=0.0,
                    session=SESSION,
                    channel="memory",
                    sender=sender,
                    kind=EventKind.MESSAGE,
                    message=message,
                )
            )
        if len(self._events) >= 2 * BATCH:
            yield from self.judged()

    def judged(self) -> Iterator[Example]:
        """Yield what the rules object to in what is kept; it is given up then."""
        events, operations = self._events, self._operations
        self._events, self._operations = [], {}
        transcript = Transcript(self._header, [*self._opening, *events])
        for verdict in judge(transcript, self._revision) if events else ():
            if verdict.fault:
                raise RuntimeError(verdict.fault)
            for finding in verdict.findings:
                numbers = [each.seq for each in finding.events if each.seq in operations]
                if numbers and verdict.level is not Level.ADVICE:
                    yield Example(
                        kind=Kind.RULE,
                        operation=operations[numbers[-1]],
                        message=finding.message,
                        expected=finding.expected,
                        actual=finding.actual,
                        rule=verdict.rule.id,
                        level=verdict.level.value,
                    )


def sampled_rules(plan: Plan, seed: int) -> SampledRules | None:
    """Return what judges the sample of a plan; `None` where it has none."""
    revision = published(plan.speech.get("revision"))
    if not plan.check or revision is None:
        return None
    return SampledRules(revision, plan.opening, plan.check, seed)


def _event(line: str) -> Event:
    event = read_line(line.encode())
    assert isinstance(event, Event)
    return event
