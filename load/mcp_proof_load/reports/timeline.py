"""A run over time, in as many moments as a reader can tell apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from mcp_proof_load.measuring.measured import Measured, Window, together
from mcp_proof_load.tally import LoadTally


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One or more windows that follow each other, all operations together."""

    start: float
    """Seconds since the load began."""
    seconds: float
    users: int
    """The most users in it."""
    warm_up: bool
    measured: Measured

    @property
    def middle(self) -> float:
        """Where it is drawn."""
        return self.start + self.seconds / 2

    @property
    def rate(self) -> float:
        """Calls ended in a second."""
        return self.measured.counts.ended / self.seconds if self.seconds else 0.0


def moments(run: LoadTally, most: int) -> list[Moment]:
    """Return a run as about `most` moments; warm-up and what is judged share none."""
    many = max(ceil(len(run.windows) / most), 1)
    return [
        _moment(part)
        for _, alike in groupby(run.windows, key=lambda window: window.warm_up)
        for part in _parts(list(alike), many)
    ]


def _parts(windows: Sequence[Window], many: int) -> Iterator[Sequence[Window]]:
    for first in range(0, len(windows), many):
        yield windows[first : first + many]


def _moment(windows: Sequence[Window]) -> Moment:
    return Moment(
        start=windows[0].start,
        seconds=sum(window.seconds for window in windows),
        users=max(window.users for window in windows),
        warm_up=windows[0].warm_up,
        measured=together(each for window in windows for each in window.operations.values()),
    )
