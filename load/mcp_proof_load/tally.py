"""Add up a load run: windows, violations, and the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mcp_proof.driven_run import DrivenRun
from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.tally import INTERRUPTED, NOTHING_JUDGED, OWN_FAULT, VIOLATED
from mcp_proof_contracts.rule import Level
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import (
    Disturbed,
    LoadEvent,
    LoadFinished,
    Measurement,
    Planned,
    Sampled,
    Violated,
    WorkerLost,
)
from mcp_proof_load.measuring.measured import Measured, Window, together


@dataclass(slots=True, kw_only=True)
class LoadTally(DrivenRun[LoadFinished]):
    """What a load run came to; feed it every event."""

    planned: Planned | None = None
    windows: list[Window] = field(default_factory=list[Window])
    samples: list[Sampled] = field(default_factory=list[Sampled])
    violations: list[Violated] = field(default_factory=list[Violated])
    lost_workers: list[WorkerLost] = field(default_factory=list[WorkerLost])
    disturbances: list[Disturbed] = field(default_factory=list[Disturbed])
    budget: tuple[Checked, ...] = ()
    """What became of each limit of the budget; set when the run has ended."""

    def take(self, event: LoadEvent) -> None:
        """Count one event."""
        match event:
            case RunStarted():
                self.started = event
            case PeerFound():
                self.peer = event
            case Planned():
                self.planned = event
            case Measurement():
                self.windows.append(event.window)
            case Sampled():
                self.samples.append(event)
            case Violated():
                self.violations.append(event)
            case WorkerLost():
                self.lost_workers.append(event)
            case Disturbed():
                self.disturbances.append(event)
            case LoadFinished():
                self.finished = event
                self.lost = self.mask(event.lost)

    @property
    def judged_windows(self) -> list[Window]:
        """The windows after the warm-up in which the server alone answers, and no fault."""
        return [
            window
            for window in self.windows
            if not window.warm_up and not any(each.disturbs(window) for each in self.disturbances)
        ]

    @property
    def total(self) -> Measured:
        """All calls, those of the warm-up too: what the server has received."""
        return together(window.total for window in self.windows)

    @property
    def judged(self) -> Measured:
        """All calls after the warm-up: what percentiles and budgets are about."""
        return together(window.total for window in self.judged_windows)

    @property
    def operations(self) -> dict[str, Measured]:
        """The calls after the warm-up, by operation."""
        names = dict.fromkeys(name for window in self.windows for name in window.operations)
        return {
            name: together(w.operations[name] for w in self.judged_windows if name in w.operations)
            for name in names
        }

    @property
    def rate(self) -> float:
        """Calls ended in a second, after the warm-up."""
        seconds = sum(window.seconds for window in self.judged_windows)
        return self.judged.counts.ended / seconds if seconds else 0.0

    @property
    def untested(self) -> tuple[str, ...]:
        """What is not judged, each with its reason: known beforehand, or found in the end."""
        told = (each.untested for each in (self.planned, self.finished) if each is not None)
        return tuple(dict.fromkeys(one for many in told for one in many))

    @property
    def failing(self) -> list[Violated]:
        """The violations that fail the run: those of a MUST."""
        return [each for each in self.violations if each.level is Level.MUST]


def exit_code(runs: Sequence[LoadTally]) -> int:
    """Return the exit code of a process that makes these runs.

    A run without one good answer after its warm-up shows nothing.
    """
    if any(run.interrupted for run in runs):
        return INTERRUPTED
    if any(run.faults for run in runs):
        return OWN_FAULT
    if any(run.failing or not all(each.ok for each in run.budget) for run in runs):
        return VIOLATED
    measured = all(run.judged.counts.answered for run in runs)
    return NOTHING_JUDGED if any(run.lost for run in runs) or not measured else 0
