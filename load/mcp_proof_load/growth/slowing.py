"""Whether a server answers ever slower, under a load that stays the same.

What makes it slower for once is none of its own: a busy neighbour, a pause, a machine that slows
down. So the p99 must rise all the time, and by much, and no part of the run may make most of it.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf, log
from statistics import median
from typing import Final

from mcp_proof_load.events import Kind, Violated
from mcp_proof_load.growth.judgement import Judgement
from mcp_proof_load.measuring.histogram import merged
from mcp_proof_load.measuring.measured import Window
from mcp_proof_load.statistics.batches import batches
from mcp_proof_load.statistics.mann_kendall import mann_kendall

BATCHES: Final = 30
"""What the run is divided into, at most."""
FEWEST: Final = 16
"""Fewer do not show whether the rise goes on."""
CALLS: Final = 100
"""Of a batch, at least: fewer have no p99."""
SIGNIFICANT: Final = 0.001
EFFECT: Final = 1.5
"""How many times the p99 of the first third that of the last must be."""
EACH_THIRD: Final = 1.1
"""The same of each third and the one before: chance does not rise by as much."""
PARTS: Final = 6
AT_ONCE: Final = 0.5
"""The share of the rise that one of these parts may make; what happened once makes all of it."""
SHORTEST: Final = 1e-6
"""Seconds; below that a latency is not measured."""
NOTICED: Final = 0.002
"""Seconds that the p99 must rise: below that it is the scheduler's."""


def slowing(windows: Sequence[Window], *, level: bool) -> Judgement:
    """Return whether the p99 kept rising.

    Args:
        windows: in order of time; those of the warm-up are left out.
        level: whether the load stayed the same, as `Profile` says.
    """
    if not level:
        return Judgement(untested=(f"{Kind.SLOWING}: the profile does not keep the load level",))
    judged = [window for window in windows if not window.warm_up]
    parts = batches(judged, _measured, least=CALLS, most=BATCHES)
    if len(parts) < FEWEST:
        reason = f"batches of {CALLS} calls or more: {len(parts)}, and {FEWEST} are needed"
        return Judgement(untested=(f"{Kind.SLOWING}: {reason}",))
    p99 = [_p99(part) for part in parts]
    if not _keeps_rising(p99):
        return Judgement()
    return Judgement(violated=(_violated(p99, parts[0][0].start),))


def _keeps_rising(p99: Sequence[float]) -> bool:
    first, middle, last = _medians(p99, 3)
    return (
        middle >= EACH_THIRD * first
        and last >= EACH_THIRD * middle
        and last >= EFFECT * first
        and last - first >= NOTICED
        and mann_kendall(p99).rising < SIGNIFICANT
        and _largest_step(p99) <= AT_ONCE
    )


def _largest_step(p99: Sequence[float]) -> float:
    """Return the share of the whole rise, as a factor, that one part adds to the one before."""
    levels = [log(each) for each in _medians(p99, PARTS)]
    whole = levels[-1] - levels[0]
    if whole <= 0:
        return inf
    return max(later - earlier for earlier, later in pairwise(levels)) / whole


def _violated(p99: Sequence[float], start: float) -> Violated:
    first, _, last = _medians(p99, 3)
    chance = mann_kendall(p99).rising
    return Violated(
        kind=Kind.SLOWING,
        message=f"calls take ever longer under the same load: {last / first:.1f} times as long",
        expected=f"a p99 that stays the same, or rises to less than {EFFECT} times",
        actual=(
            f"p99 {1000 * first:.1f} ms in the first third, {1000 * last:.1f} ms in the last "
            f"(medians of {len(p99)} batches; Mann-Kendall p = {chance:.1g})"
        ),
        at=start,
    )


def _medians(values: Sequence[float], many: int) -> list[float]:
    bounds = [number * len(values) // many for number in range(many + 1)]
    return [median(values[start:end]) for start, end in pairwise(bounds)]


def _measured(window: Window) -> int:
    return sum(each.latency.count for each in window.operations.values())


def _p99(part: Sequence[Window]) -> float:
    found = merged(each.latency for window in part for each in window.operations.values())
    return max(found.quantile(0.99) or 0.0, SHORTEST)
