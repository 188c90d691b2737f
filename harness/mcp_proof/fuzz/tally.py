"""Add up a campaign: what was found, what was not tried, and the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mcp_proof.driven_run import DrivenRun
from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.fuzz.events import (
    FailureFound,
    FuzzEvent,
    FuzzFinished,
    NotTried,
    OperationFinished,
    OperationStarted,
)
from mcp_proof.fuzz.failure import WEIGHTS, Failure
from mcp_proof.fuzz.result import OperationResult
from mcp_proof.gate import FAILING
from mcp_proof.tally import INTERRUPTED, NOTHING_JUDGED, OWN_FAULT, VIOLATED
from mcp_proof_contracts.rule import Level

UNFINISHED: Final = "the run ended before all of it was tried"


@dataclass(slots=True, kw_only=True)
class FuzzTally(DrivenRun[FuzzFinished]):
    """What a campaign came to; feed it every event."""

    fail_on: Level = Level.MUST
    seed: int | None = None
    """What the generated inputs begin with; `None` where none are generated."""
    failures: list[Failure] = field(default_factory=list[Failure])
    begun: list[OperationStarted] = field(default_factory=list[OperationStarted])
    tried: list[OperationFinished] = field(default_factory=list[OperationFinished])
    not_tried: list[NotTried] = field(default_factory=list[NotTried])

    def take(self, event: FuzzEvent) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                self.started = event
            case PeerFound():
                self.peer = event
            case FailureFound():
                self.failures.append(event.failure)
            case OperationStarted():
                self.begun.append(event)
            case OperationFinished():
                self.tried.append(event)
            case NotTried():
                self.not_tried.append(event)
            case FuzzFinished():
                self.finished = event
                self.lost = self.mask(event.lost)

    @property
    def results(self) -> list[OperationResult]:
        """What it came to for each operation, in the order in which they came up."""
        cases = {event.label: event.cases for event in self.tried}
        reasons: dict[str, list[str]] = {}
        for event in self.not_tried:
            reasons.setdefault(event.label, []).append(event.reason)
        found: dict[str, list[Failure]] = {}
        for failure in self.gravest_first:
            found.setdefault(failure.operation, []).append(failure)
        begun = [event.label for event in self.begun]
        for label in begun:
            if label not in cases and label not in reasons:
                reasons[label] = [UNFINISHED]
        return [
            OperationResult(
                label=label,
                cases=cases.get(label, 0),
                failures=tuple(found.get(label, ())),
                reasons=tuple(dict.fromkeys(reasons.get(label, ()))),
            )
            for label in dict.fromkeys([*begun, *reasons, *found])
        ]

    @property
    def gravest_first(self) -> list[Failure]:
        """The failures, the gravest first."""
        return sorted(self.failures, key=lambda failure: WEIGHTS[failure.complaint.level])

    def fails(self, failure: Failure) -> bool:
        """Whether a failure fails the run."""
        return failure.complaint.level in FAILING[self.fail_on]

    @property
    def counts(self) -> dict[str, int]:
        """How many failures there are of each weight."""
        levels = [failure.complaint.level for failure in self.failures]
        return {level.value: levels.count(level) for level in Level}

    def fails_by(self, result: OperationResult) -> bool:
        """Whether what was found of an operation fails the run."""
        return any(map(self.fails, result.failures))

    @property
    def cases(self) -> int:
        """How many cases were sent."""
        return self.finished.cases if self.finished is not None else 0


def exit_code(runs: Sequence[FuzzTally]) -> int:
    """Return the exit code of a process that makes these campaigns."""
    if any(run.interrupted for run in runs):
        return INTERRUPTED
    if any(run.faults for run in runs):
        return OWN_FAULT
    if any(run.fails(failure) for run in runs for failure in run.failures):
        return VIOLATED
    return NOTHING_JUDGED if any(run.lost or not run.cases for run in runs) else 0
