"""The Theil-Sen slope: a line through points that a few odd ones do not turn."""

from collections.abc import Sequence
from statistics import median
from typing import Final

MOST: Final = 400
"""Points of which every pair is looked at; of more, as many are taken, evenly."""


def theil_sen(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the median of the slopes between all pairs of points, in units of y per x.

    Pairs at the same x say nothing and are left out.

    Raises:
        ValueError: no two points differ in x, or a point lacks a coordinate.
    """
    points = list(zip(x, y, strict=True))
    if len(points) > MOST:
        points = [points[number * len(points) // MOST] for number in range(MOST)]
    slopes = [
        (later_y - earlier_y) / (later_x - earlier_x)
        for at, (earlier_x, earlier_y) in enumerate(points)
        for later_x, later_y in points[at + 1 :]
        if later_x != earlier_x
    ]
    if not slopes:
        raise ValueError("a slope needs two points that differ in x")
    return median(slopes)
