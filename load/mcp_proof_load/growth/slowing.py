"""Whether a server answers ever slower, under a load that stays the same.

What makes it slower for once is none of its own: a busy neighbour, a pause, a machine that slows
down. So the p99 must rise all the time, in both halves of the run, and by much.
"""

from collections.abc import Sequence
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
"""Fewer do not show a trend in each half."""
CALLS: Final = 100
"""Of a batch, at least: fewer have no p99."""
SIGNIFICANT: Final = 0.001
IN_A_HALF: Final = 0.05
"""Half the batches show half as much; what has happened once shows in one half only."""
EFFECT: Final = 1.5
"""How many times the p99 of the first third that of the last must be."""
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
        reason = f"{len(parts)} batches of {CALLS} calls or more, and {FEWEST} are needed"
        return Judgement(untested=(f"{Kind.SLOWING}: {reason}",))
    p99 = [_p99(part) for part in parts]
    if not _keeps_rising(p99):
        return Judgement()
    return Judgement(violated=(_violated(p99, parts[0][0].start),))


def _keeps_rising(p99: Sequence[float]) -> bool:
    first, middle, last = _thirds(p99)
    half = len(p99) // 2
    return (
        first < middle < last
        and last >= EFFECT * first
        and last - first >= NOTICED
        and mann_kendall(p99).rising < SIGNIFICANT
        and all(mann_kendall(part).rising < IN_A_HALF for part in (p99[:half], p99[half:]))
    )


def _violated(p99: Sequence[float], start: float) -> Violated:
    first, _, last = _thirds(p99)
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


def _thirds(values: Sequence[float]) -> tuple[float, float, float]:
    third = len(values) // 3
    return median(values[:third]), median(values[third:-third]), median(values[-third:])


def _measured(window: Window) -> int:
    return sum(each.latency.count for each in window.operations.values())


def _p99(part: Sequence[Window]) -> float:
    found = merged(each.latency for window in part for each in window.operations.values())
    return found.quantile(0.99) or 0.0
