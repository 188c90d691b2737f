"""Add up a load run: windows, violations, and the exit code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mcp_proof.driven_run import DrivenRun
from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.tally import INTERRUPTED, NOTHING_JUDGED, OWN_FAULT, VIOLATED
from mcp_proof_contracts.rule import Level
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import (
    AwaitingWorkers,
    Disturbed,
    LoadEvent,
    LoadFinished,
    Measurement,
    Planned,
    Sampled,
    Violated,
    WorkerLost,
)
from mcp_proof_load.measuring.measured import Deliveries, Measured, Window, delivered, together


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
    _all: dict[str, Measured] = field(default_factory=dict[str, Measured], init=False, repr=False)
    _judged: dict[str, Measured] = field(
        default_factory=dict[str, Measured], init=False, repr=False
    )
    _added: int = field(default=0, init=False, repr=False)
    """Windows that are added up in both: a soak has tens of thousands."""

    def take(self, event: LoadEvent) -> None:
        """Count one event."""
        match event:
            case RunStarted() | PeerFound() | Planned() | AwaitingWorkers():
                self._begin(event)
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
                # What it spoilt has been added up already.
                self._all, self._judged, self._added = {}, {}, 0
            case LoadFinished():
                self.finished = event
                self.lost = self.mask(event.lost)

    def _begin(self, event: RunStarted | PeerFound | Planned | AwaitingWorkers) -> None:
        match event:
            case RunStarted():
                self.started = event
            case PeerFound():
                self.peer = event
            case Planned():
                self.planned = event
            case AwaitingWorkers():
                pass

    @property
    def judged_windows(self) -> list[Window]:
        """The windows after the warm-up in which the server alone answers, and no fault."""
        return [window for window in self.windows if self._is_judged(window)]

    @property
    def total(self) -> Measured:
        """All calls, those of the warm-up too: what the server has received."""
        return together(self.all_operations.values())

    @property
    def judged(self) -> Measured:
        """All calls after the warm-up: what percentiles and budgets are about."""
        return together(self.operations.values())

    @property
    def all_operations(self) -> Mapping[str, Measured]:
        """All calls, by operation."""
        self._add_up()
        return self._all

    @property
    def operations(self) -> dict[str, Measured]:
        """The calls after the warm-up, by operation."""
        self._add_up()
        return {name: self._judged.get(name, Measured()) for name in self._all}

    @property
    def deliveries(self) -> Deliveries:
        """What came on held-open streams after the warm-up; `streams` counts those of all time."""
        judged = delivered(window.deliveries for window in self.judged_windows)
        return replace(judged, streams=sum(each.deliveries.streams for each in self.windows))

    @property
    def rate(self) -> float:
        """Calls ended in a second, after the warm-up."""
        seconds = sum(window.seconds for window in self.judged_windows)
        return self.judged.counts.ended / seconds if seconds else 0.0

    def _add_up(self) -> None:
        new = self.windows[self._added :]
        self._added = len(self.windows)
        _add(self._all, new)
        _add(self._judged, [window for window in new if self._is_judged(window)])

    def _is_judged(self, window: Window) -> bool:
        spoilt = any(each.disturbs(window) for each in self.disturbances)
        return not (window.warm_up or spoilt)

    @property
    def untested(self) -> tuple[str, ...]:
        """What is not judged, each with its reason: known beforehand, or found in the end."""
        told = (each.untested for each in (self.planned, self.finished) if each is not None)
        return tuple(dict.fromkeys(one for many in told for one in many))

    @property
    def stopped(self) -> str:
        """Why the profile ended the run before its duration; empty where it did not."""
        return self.finished.stopped if self.finished is not None else ""

    @property
    def found(self) -> tuple[str, ...]:
        """What the profile was made to find, in sentences."""
        return self.finished.found if self.finished is not None else ()

    @property
    def complaints(self) -> Mapping[str, int]:
        """What went wrong with calls, in words, and how often."""
        return self.finished.complaints if self.finished is not None else {}

    @property
    def failing(self) -> list[Violated]:
        """The violations that fail the run: those of a MUST."""
        return [each for each in self.violations if each.level is Level.MUST]


def _add(sums: dict[str, Measured], windows: Sequence[Window]) -> None:
    for name in dict.fromkeys(name for window in windows for name in window.operations):
        new = [window.operations[name] for window in windows if name in window.operations]
        sums[name] = together([*([sums[name]] if name in sums else []), *new])


def exit_code(runs: Sequence[LoadTally]) -> int:
    """Return the exit code of a process that makes these runs.

    A run without one good answer after its warm-up shows nothing.
    """
    if any(run.interrupted for run in runs):
        return INTERRUPTED
    if any(run.faults for run in runs):
        return OWN_FAULT
    if not any(run.failing or run.judged.counts.ended for run in runs):
        return NOTHING_JUDGED  # limits that are broken for want of calls say nothing of a server
    if any(run.failing or any(each.broken for each in run.budget) for run in runs):
        return VIOLATED
    measured = all(run.judged.counts.answered for run in runs)
    return NOTHING_JUDGED if any(run.lost for run in runs) or not measured else 0
