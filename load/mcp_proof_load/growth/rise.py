"""How a resource of a server rose while it was loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, sqrt
from statistics import mean, median, stdev
from typing import Final, TypeVar

from mcp_proof_load.events import Sampled
from mcp_proof_load.statistics.mann_kendall import mann_kendall
from mcp_proof_load.statistics.theil_sen import theil_sen

SETTLING: Final = 3
"""One of so many calls is left out: caches and pools fill, and code is compiled, at first."""
FEWEST_SAMPLES: Final = 20
SHORTEST: Final = 15.0
"""Seconds after the settling below which nothing tells a leak from garbage not yet collected."""
FEWEST_CALLS: Final = 500
"""Calls after the settling below which a little for each cannot be told from nothing."""
PARTS: Final = 10
"""Parts of what follows the settling, in all of which a leak must show alike."""
MOST_SAMPLES: Final = 240
"""Samples that are looked at, evenly chosen: those of a day say no more."""
OUTLIERS: Final = 20
"""One sample of so many may be odd."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """How a resource rose after the settling."""

    start: float
    """Seconds since the load began, where the settling ended."""
    calls: int
    """Calls since then."""
    per_call: float
    """The slope against calls (Theil-Sen), in the resource's unit."""
    halves: tuple[float, float]
    """The same for the first and the second half."""
    chance: float
    """The probability of as clear a trend where there is none (Mann-Kendall, one-sided)."""
    steadiness: float
    """The mean rise from part to part, in units of its standard error: the t of a random walk."""
    above_before: bool
    """Whether nearly all of the last part is above nearly all that was seen in the settling."""

    @property
    def total(self) -> float:
        """What the slope amounts to, in the resource's unit."""
        return self.per_call * self.calls


def rise(samples: Sequence[Sampled], resource: str) -> Rise | str:
    """Return how a resource rose, or why that cannot be said.

    Args:
        samples: those after the warm-up, in order of time.
        resource: such as `memory`; all samples have it.
    """
    settling, rest = _settled(samples)
    if too_little := _too_little(rest):
        return too_little
    chosen = _thinned(rest)
    calls = [float(each.calls) for each in chosen]
    values = [each.values[resource] for each in chosen]
    before = [each.values[resource] for each in settling]
    half = len(chosen) // 2
    return Rise(
        start=rest[0].at,
        calls=rest[-1].calls - rest[0].calls,
        per_call=theil_sen(calls, values),
        halves=(theil_sen(calls[:half], values[:half]), theil_sen(calls[half:], values[half:])),
        chance=mann_kendall(_medians(values, 2 * PARTS)).rising,
        steadiness=_steadiness(_medians(values, PARTS)),
        above_before=_low(_parts(values, PARTS)[-1]) > _high(before),
    )


def _settled(samples: Sequence[Sampled]) -> tuple[Sequence[Sampled], Sequence[Sampled]]:
    """Divide samples where a third of the calls were made."""
    if not samples:
        return samples, samples
    first, last = samples[0].calls, samples[-1].calls
    end = 1 + sum((each.calls - first) * SETTLING < last - first for each in samples[1:])
    return samples[:end], samples[end:]


def _too_little(rest: Sequence[Sampled]) -> str:
    if len(rest) < FEWEST_SAMPLES:
        return f"samples after the settling: {len(rest)}, and {FEWEST_SAMPLES} are needed"
    seconds, calls = rest[-1].at - rest[0].at, rest[-1].calls - rest[0].calls
    if seconds < SHORTEST:
        return f"{seconds:.0f} s after the settling, and {SHORTEST:.0f} s are needed"
    if calls < FEWEST_CALLS:
        return f"{calls} calls after the settling, and {FEWEST_CALLS} are needed"
    if any(part[0].calls == part[-1].calls for part in _parts(rest, PARTS)):
        return "no call ended for a while"
    return ""


def _thinned(samples: Sequence[Sampled]) -> Sequence[Sampled]:
    if len(samples) <= MOST_SAMPLES:
        return samples
    last = len(samples) - 1
    return [samples[at * last // (MOST_SAMPLES - 1)] for at in range(MOST_SAMPLES)]


def _parts(items: Sequence[Item], many: int) -> list[Sequence[Item]]:
    bounds = [number * len(items) // many for number in range(many + 1)]
    return [items[start:end] for start, end in pairwise(bounds)]


def _medians(values: Sequence[float], many: int) -> list[float]:
    return [median(part) for part in _parts(values, many)]


def _steadiness(levels: Sequence[float]) -> float:
    steps = [later - earlier for earlier, later in pairwise(levels)]
    spread = stdev(steps)
    if not spread:
        return inf if mean(steps) > 0 else 0.0
    return mean(steps) / spread * sqrt(len(steps))


def _low(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // OUTLIERS]


def _high(values: Sequence[float]) -> float:
    return sorted(values)[-1 - len(values) // OUTLIERS]
