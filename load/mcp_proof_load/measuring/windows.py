"""Windows of a run, made of what the load processes report."""

from collections.abc import Mapping
from statistics import mean
from typing import Final

from mcp_proof_load.correctness.lost import SilentCall
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.collected import Collected
from mcp_proof_load.measuring.ledger import DELIVERIES
from mcp_proof_load.measuring.measured import Deliveries, Measured, Window
from mcp_proof_load.measuring.report import Example, Report

PATIENCE: Final = 2.5
"""Seconds after which a window is closed though not every process has reported."""
NEAR_THE_END: Final = 0.5
"""Seconds before the end in which no window is closed any more: what is left is its last part."""


class Windows:
    """Closes a window when every load process that lives has reported since the last one.

    So that none holds two reports of a process, or none, which would look like a change of rate.
    """

    def __init__(self, warm_up: float, end: float) -> None:
        self._warm_up = warm_up
        self._end = end
        """When no further call begins: what comes in later still belongs to the last window."""
        self._collected = Collected()
        self._latest: dict[str, Report] = {}
        self._heard: set[str] = set()
        self._lost: set[str] = set()
        self._done: set[str] = set()
        """Who has told its last."""
        self._began: dict[str, float] = {}
        """When the first user of each process began, in seconds since the load did."""
        self._closed_at = self._looked = 0.0
        self._users = 0
        """Users that ran last; in the very end there are none, and it is not that which counts."""

    def report(self, report: Report, now: float) -> None:
        """Take a report, which comes `now` seconds after the load began, as seen here."""
        self._collected.report(report.worker, report.rows)
        self._latest[report.worker] = report
        if report.began:  # else it has no users, and tells only where it counts
            self._heard.add(report.worker)
            self._began.setdefault(report.worker, max(now - report.at, 0.0))
        self._lost.discard(report.worker)
        if report.final:
            self._done.add(report.worker)

    def lose(self, worker: str) -> None:
        """Expect no more of a process."""
        self._lost.add(worker)
        self._heard.discard(worker)

    def close(self, now: float, *, last: bool = False) -> Window | None:
        """Return the window that ends now; `None` where it is not complete, or holds nothing.

        Its length is what the processes' own clocks say, for reports take their time.

        Args:
            now: seconds since the load began, as seen here.
            last: whether it ends in any case.
        """
        living = {*self._latest} - self._lost
        working = {worker for worker in living - self._done if worker in self._began}
        complete = self._heard and working <= self._heard
        if not (last or complete or (self._heard and now - self._looked > PATIENCE)):
            return None
        clocks = [self._began[worker] + self._latest[worker].at for worker in self._heard] or [now]
        end = max(min(mean(clocks), self._end), self._closed_at)
        if not last and end > self._end - NEAR_THE_END:
            return None
        operations = self._collected.take()
        deliveries = _deliveries(operations.pop(DELIVERIES, Measured()))
        calls = any(each.counts.sent or each.counts.ended for each in operations.values())
        if last and not calls and not deliveries.messages:
            return None
        self._users = sum(self._latest[worker].users for worker in living) or self._users
        window = Window(
            start=self._closed_at,
            seconds=end - self._closed_at,
            users=self._users,
            workers=len(living & ({*self._latest} - self._done | self._heard)),
            warm_up=(self._closed_at + end) / 2 < self._warm_up,
            operations=operations,
            deliveries=deliveries,
        )
        self._closed_at, self._looked, self._heard = end, now, set()
        return window

    @property
    def ended(self) -> int:
        """How many calls have ended."""
        return self._collected.ended

    @property
    def pids(self) -> list[int]:
        """Processes of the server that the load processes have started."""
        return [pid for report in self._latest.values() for pid in report.pids]

    @property
    def violations(self) -> Mapping[tuple[str, Kind], int]:
        """How often each kind was seen, by operation."""
        return self._collected.violations()

    @property
    def examples(self) -> list[Example]:
        """Answers that were wrong."""
        return [example for report in self._latest.values() for example in report.examples]

    @property
    def breaches(self) -> dict[tuple[str, str], int]:
        """How often each rule was broken, by operation and rule."""
        found: dict[tuple[str, str], int] = {}
        for report in self._latest.values():
            for operation, rules in report.breaches.items():
                for rule, times in rules.items():
                    found[operation, rule] = found.get((operation, rule), 0) + times
        return found

    def silent(self, timeout: float) -> list[SilentCall]:
        """Return the calls that were not answered within the timeout, in seconds."""
        return [
            SilentCall(
                operation=each.operation,
                sent_at=each.sent_at - report.began + self._began[report.worker],
                timeout=timeout,
            )
            for report in self._latest.values()
            for each in report.silences
        ]

    @property
    def complaints(self) -> dict[str, int]:
        """What went wrong with calls, in words, and how often."""
        found: dict[str, int] = {}
        for report in self._latest.values():
            for text, times in report.complaints.items():
                found[text] = found.get(text, 0) + times
        return found

    @property
    def faults(self) -> list[str]:
        """What went wrong in mcp-proof itself."""
        return [fault for report in self._latest.values() for fault in report.faults]

    @property
    def workers(self) -> list[str]:
        """The processes that were heard."""
        return [*self._latest]

    @property
    def all_lost(self) -> bool:
        """Whether there were some, and none is left that did not end in order."""
        return bool(self._lost) and {*self._latest} <= self._lost

    def of(self, worker: str) -> Report | None:
        """Return the last report of a process."""
        return self._latest.get(worker)


def _deliveries(row: Measured) -> Deliveries:
    return Deliveries(messages=row.counts.events, streams=row.counts.sent, latency=row.latency)
