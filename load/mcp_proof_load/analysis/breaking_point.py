"""The breaking point: the load at which a server fails, or answers so late that it might as well.

It broke when for three windows in a row more than 5 % of the calls ended badly, or the p95 was
above ten times what it was at first; so did one that no longer ended any call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof_load.measuring.measured import Measured, Window, together

IN_A_ROW: Final = 3
"""Windows: one or two may be a pause."""
ERRORS: Final = 0.05
SLOWER: Final = 10.0
"""Times the p95 of the first windows."""
NOTICED: Final = 0.1
"""Seconds of p95 below which nothing is broken, however quick the server was at first."""
FEWEST: Final = 20
"""Calls in the three windows below which they say nothing; a dead server had as many at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakingPoint:
    """Where a server broke."""

    at: float
    """Seconds since the load began."""
    last_good: float
    """The highest load that it carried before."""
    said: str
    """A sentence for reports."""


def breaking_point(
    windows: Sequence[Window], loads: Sequence[float], unit: str
) -> BreakingPoint | None:
    """Return where the server broke; `None` while it has not.

    Args:
        windows: all so far, the warm-up at the first level included.
        loads: the load of each window: its users, or the calls a second that were to begin.
        unit: what the load is counted in: `users`, or `calls/s`.
    """
    measured = [window.total for window in windows]
    first = together(measured[:IN_A_ROW])
    for start in range(IN_A_ROW, len(windows) - IN_A_ROW + 1):
        row = measured[start : start + IN_A_ROW]
        why = _dead(row, first) or _failing(row) or _slow(row, first)
        if why and not windows[start].warm_up:
            return _found(windows[start].start, loads[: start + 1], unit, why)
    return None


def _found(at: float, loads: Sequence[float], unit: str, why: str) -> BreakingPoint:
    good = max(loads[:-1])
    return BreakingPoint(
        at=at,
        last_good=good,
        said=(
            f"it broke at {loads[-1]:.0f} {unit}: {why}; "
            f"the last load that it carried was {good:.0f} {unit}"
        ),
    )


def _dead(row: Sequence[Measured], first: Measured) -> str:
    if first.counts.ended < FEWEST or any(each.counts.ended for each in row):
        return ""
    return f"no call ended in {IN_A_ROW} windows"


def _failing(row: Sequence[Measured]) -> str:
    all_of_them = together(row).counts
    if all_of_them.ended < FEWEST or any(each.counts.error_rate <= ERRORS for each in row):
        return ""
    return f"{100 * all_of_them.error_rate:.1f} % of the calls ended badly"


def _slow(row: Sequence[Measured], first: Measured) -> str:
    before, now = first.latency.quantile(0.95), together(row).latency
    if before is None or now.count < FEWEST:
        return ""
    limit = max(SLOWER * before, NOTICED)
    if any((each.latency.quantile(0.95) or 0.0) <= limit for each in row):
        return ""
    slow = now.quantile(0.95) or 0.0
    return f"the p95 is {1000 * slow:.0f} ms, at first it was {1000 * before:.1f} ms"
