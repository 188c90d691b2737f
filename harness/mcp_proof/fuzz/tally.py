"""Add up a campaign: what was found, what was not tried, and the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.fuzz.events import (
    FailureFound,
    FuzzEvent,
    FuzzFinished,
    NotTried,
    OperationFinished,
)
from mcp_proof.fuzz.failure import Failure
from mcp_proof.gate import FAILING
from mcp_proof.tally import INTERRUPTED, NOTHING_JUDGED, OWN_FAULT, VIOLATED
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask


@dataclass(slots=True)
class FuzzTally:
    """What a campaign came to; feed it every event."""

    fail_on: Level = Level.MUST
    mask: Mask = field(default_factory=Mask)
    """Applied to everything a report says."""
    started: RunStarted | None = None
    peer: PeerFound | None = None
    failures: list[Failure] = field(default_factory=list[Failure])
    tried: list[OperationFinished] = field(default_factory=list[OperationFinished])
    not_tried: list[NotTried] = field(default_factory=list[NotTried])
    finished: FuzzFinished | None = None
    lost: str = ""
    """Why the server could not be fuzzed to the end; empty when it was."""

    def take(self, event: FuzzEvent) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                self.started = event
            case PeerFound():
                self.peer = event
            case FailureFound():
                self.failures.append(event.failure)
            case OperationFinished():
                self.tried.append(event)
            case NotTried():
                self.not_tried.append(event)
            case FuzzFinished():
                self.finished = event
                self.lost = self.mask(event.lost)
            case _:
                pass

    @property
    def gravest_first(self) -> list[Failure]:
        """The failures, the gravest first."""
        order = list(Level)
        return sorted(self.failures, key=lambda failure: order.index(failure.complaint.level))

    def fails(self, failure: Failure) -> bool:
        """Whether a failure fails the run."""
        return failure.complaint.level in FAILING[self.fail_on]

    @property
    def counts(self) -> dict[str, int]:
        """How many failures there are of each weight."""
        levels = [failure.complaint.level for failure in self.failures]
        return {level.value: levels.count(level) for level in Level}

    @property
    def cases(self) -> int:
        """How many cases were sent."""
        return self.finished.cases if self.finished is not None else 0


def exit_code(runs: Sequence[FuzzTally]) -> int:
    """Return the exit code of a process that makes these campaigns."""
    finished = [run.finished for run in runs if run.finished is not None]
    if any(each.interrupted for each in finished):
        return INTERRUPTED
    if any(each.faults for each in finished):
        return OWN_FAULT
    if any(run.fails(failure) for run in runs for failure in run.failures):
        return VIOLATED
    return NOTHING_JUDGED if any(run.lost or not run.cases for run in runs) else 0
