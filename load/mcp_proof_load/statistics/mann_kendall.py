"""The Mann-Kendall test: do values rise with time, whatever the shape of the rise?"""

from collections import Counter
from collections.abc import Sequence
from math import copysign, erfc, sqrt
from typing import Final, NamedTuple

FEWEST: Final = 8
"""Values below which the normal approximation is not good enough."""


class Trend(NamedTuple):
    """What the test says."""

    score: int
    """Pairs in which the later value is higher, minus those in which it is lower."""
    z: float
    rising: float
    """The probability of such a score, or a higher one, where there is no trend (one-sided)."""


def mann_kendall(values: Sequence[float]) -> Trend:
    """Test for a rising trend, with the correction for ties and for continuity.

    The test takes the values as independent but for the trend: give it batches.

    Raises:
        ValueError: there are fewer than `FEWEST` values.
    """
    count = len(values)
    if count < FEWEST:
        raise ValueError(f"{count} values are too few to see a trend; {FEWEST} are needed")
    score = sum(
        (later > earlier) - (later < earlier)
        for at, earlier in enumerate(values)
        for later in values[at + 1 :]
    )
    ties = Counter(values).values()
    variance = (_pairs(count) - sum(_pairs(tied) for tied in ties)) / 18
    if not variance or not score:
        return Trend(score, 0.0, 0.5)
    z = (score - copysign(1, score)) / sqrt(variance)
    return Trend(score, z, erfc(z / sqrt(2)) / 2)


def _pairs(count: int) -> int:
    return count * (count - 1) * (2 * count + 5)
