"""Where an axis is marked: at round values, few enough to be read."""

import math
from collections.abc import Iterator
from typing import Final

ROUND: Final = (1, 2, 5, 10)
SPANS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
"""Seconds between two marks of time."""
UNITS: Final = ((3600, "h"), (60, "min"), (1, "s"))


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return round values that cover a range, at most about so many."""
    step = _step((high - low) / most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def powers(low: float, high: float, most: int) -> list[float]:
    """Return values for a logarithmic axis that cover a range above 0."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    last = max(last, first + 1)
    if last - first <= most // 3:
        found = [factor * 10.0**power for power in range(first, last) for factor in (1, 2, 5)]
        inner = [value for value in [*found, 10.0**last] if low / 2.6 < value < high * 2.6]
        return _covering(inner, low, high)
    every = math.ceil((last - first) / most)
    last += -(last - first) % every
    return [10.0**power for power in range(first, last + 1, every)]


def time_ticks(seconds: float, most: int) -> Iterator[tuple[float, str]]:
    """Yield moments with their labels, in the unit that suits the whole time."""
    span = next((each for each in SPANS if seconds / each <= most), SPANS[-1])
    unit, name = next((unit, name) for unit, name in UNITS if span >= unit / 2)
    for number in range(math.floor(seconds / span) + 1):
        yield number * span, f"{number * span / unit:g} {name}"


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(factor * power for factor in ROUND if factor * power >= least * (1 - 1e-9))


def _covering(values: list[float], low: float, high: float) -> list[float]:
    """Leave out what the range does not need on either side."""
    first = max(value for value in values if value <= low)
    last = min(value for value in values if value >= high and value > first)
    return [value for value in values if first <= value <= last]
