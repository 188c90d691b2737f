"""How long it took until all was as before a fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from mcp_proof_load.chaos.disturbance import Disturbance, Disturbances
from mcp_proof_load.events import Disturbed
from mcp_proof_load.measuring.measured import Window, together

LEAST_RATE: Final = 0.9
"""Of the rate before; or as little as any window before had, for that was no fault's doing."""
MOST_P95: Final = 1.5
"""Times the p95 before; or as much as any window before had, or what nobody notices."""
UNNOTICED: Final = 0.005
"""Seconds by which a p95 may be more than before: a busy machine does that by itself."""
IN_A_ROW: Final = 3
"""Windows that must be as before: one may be so by chance."""
LOOKED_BACK: Final = 30
"""Windows before a fault that it is compared with, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What windows were like before."""

    rate: float
    p95: float
    error_rate: float

    def has(self, window: Window) -> bool:
        """Whether a window is like that too."""
        p95 = window.total.latency.quantile(0.95)
        return (
            window.rate >= self.rate
            and p95 is not None
            and p95 <= self.p95
            and window.total.counts.error_rate <= self.error_rate
        )


def recoveries(windows: Sequence[Window], disturbances: Disturbances) -> list[Disturbed | str]:
    """Return what became of each fault, or why that cannot be said.

    Args:
        windows: all of the run, in order.
        disturbances: all of the run, in order.
    """
    told: list[Disturbed | str] = []
    windows = [window for window in windows if not window.warm_up]
    for number, fault in enumerate(disturbances.periods):
        later = disturbances.periods[number + 1 :]
        until = later[0].start if later else inf
        known = [window for window in windows if _end(window) <= until]
        became = recovery(known, fault, grace=disturbances.grace)
        told.append(became)
        # What this one spoilt is no measure for the next.
        over = fault.end + disturbances.grace if isinstance(became, str) else became.until
        windows = [each for each in windows if _end(each) <= fault.start or over <= each.start]
    return told


def recovery(windows: Sequence[Window], fault: Disturbance, *, grace: float) -> Disturbed | str:
    """Return what became of one fault, or why that cannot be said.

    Args:
        windows: in order, without the warm-up and what other faults disturbed.
        fault: when it acted.
        grace: seconds after it in which calls may still end by its doing.
    """
    before = [window for window in windows if _end(window) <= fault.start][-LOOKED_BACK:]
    during = [window for window in windows if fault.start <= _middle(window) < fault.end]
    if not during:  # it was shorter than a window
        during = [each for each in windows if each.start < fault.end and fault.start < _end(each)]
    after = [window for window in windows if fault.end <= _middle(window) and window.users]
    reason = _not_comparable(fault, before, after)
    if reason:
        return f"{fault.fault} at {fault.start:.0f} s: {reason}"
    recovered = _recovered(after, _usual(before), fault.end)
    return Disturbed(
        fault=fault.fault,
        start=fault.start,
        seconds=fault.end - fault.start,
        recovered=recovered,
        until=fault.end + min(grace, inf if recovered is None else recovered),
        before=_figures(before),
        during=_figures(during),
    )


def _not_comparable(fault: Disturbance, before: Sequence[Window], after: Sequence[Window]) -> str:
    if not fault.acted:
        return "it had nothing to act on: no bytes came that it is for"
    if len(before) < IN_A_ROW or not any(window.total.latency.count for window in before):
        return "before it too little was measured to compare it with"
    if len(after) < IN_A_ROW:
        return "the run ended before it could be seen whether the server recovers"
    return ""


def _usual(before: Sequence[Window]) -> Usual:
    whole = _figures(before)
    usual_p95 = whole.get("p95", 0.0)
    p95s = [window.total.latency.quantile(0.95) or 0.0 for window in before]
    return Usual(
        rate=min(LEAST_RATE * whole["rate"], *(window.rate for window in before)),
        p95=max(MOST_P95 * usual_p95, usual_p95 + UNNOTICED, *p95s),
        error_rate=max(window.total.counts.error_rate for window in before),
    )


def _recovered(after: Sequence[Window], usual: Usual, end: float) -> float | None:
    """Seconds from the fault's end to the first of enough usual windows in a row."""
    row = 0
    for number, window in enumerate(after):
        row = row + 1 if usual.has(window) else 0
        if row == IN_A_ROW:
            return max(after[number - IN_A_ROW + 1].start - end, 0.0)
    return None


def _figures(windows: Sequence[Window]) -> Mapping[str, float]:
    whole = together(window.total for window in windows)
    seconds = sum(window.seconds for window in windows)
    figures = {
        "rate": whole.counts.ended / seconds if seconds else 0.0,
        "error_rate": whole.counts.error_rate,
    }
    p95 = whole.latency.quantile(0.95)
    return figures if p95 is None else {**figures, "p95": p95}


def _middle(window: Window) -> float:
    return window.start + window.seconds / 2


def _end(window: Window) -> float:
    return window.start + window.seconds
