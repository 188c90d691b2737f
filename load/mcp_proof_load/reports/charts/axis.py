"""An axis: which share of the way a value is, and where it is marked."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof_load.reports.charts.ticks import powers, round_ticks, time_ticks

MARKS: Final = 5
"""Marks of an axis, about."""
FEW: Final = 2
"""Marks of a low one."""
MOMENTS: Final = 6
NARROW: Final = 0.5
"""Where all values are above this share of the highest one, an axis need not begin at 0."""
LEAST: Final = 0.2
"""Share of the highest value that an axis shows at least: noise must not look like a trend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From the lowest to the highest value."""

    low: float
    high: float
    marks: Sequence[tuple[float, str]]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """Return how far along a value is, 0 to 1."""
        low, high, at = self.low, self.high, value
        if self.logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(max(value, self.low))
        return min(max((at - low) / (high - low), 0.0), 1.0)


Shown = Callable[[float], str]
"""How a value is written."""


def time_axis(seconds: float) -> Axis:
    """Return an axis of a whole run."""
    end = max(seconds, 1.0)
    return Axis(low=0.0, high=end, marks=[*time_ticks(end, MOMENTS)])


def from_zero(highest: float, shown: Shown, most: int = MARKS) -> Axis:
    """Return an axis for amounts, marked about so often."""
    return _axis(round_ticks(0.0, highest or 1.0, most), shown)


def around(lowest: float, highest: float, shown: Shown) -> Axis:
    """Return a low axis for amounts that may be far from 0."""
    if lowest < NARROW * highest or highest <= 0:
        return from_zero(highest, shown, FEW)
    spare = max(LEAST * highest - (highest - lowest), 0.0) / 2
    return _axis(round_ticks(max(lowest - spare, 0.0), highest + spare, FEW), shown)


def logarithmic(lowest: float, highest: float, shown: Shown) -> Axis:
    """Return an axis for amounts above 0 of which some are many times others."""
    return _axis(powers(lowest, max(highest, lowest), MARKS), shown, logarithmic=True)


def _axis(values: Sequence[float], shown: Shown, *, logarithmic: bool = False) -> Axis:
    marks = [(value, shown(value) if value else "0") for value in values]
    return Axis(low=values[0], high=values[-1], marks=marks, logarithmic=logarithmic)
