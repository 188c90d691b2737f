"""The z test of two proportions: is one share higher than another by more than is allowed?"""

from collections.abc import Sequence
from math import erfc, sqrt
from typing import NamedTuple


class Share(NamedTuple):
    """How many of how many."""

    some: int
    of: int


def share_exceeds(first: Sequence[Share], second: Sequence[Share], *, by: float) -> float:
    """Return the probability of such a difference where the first is higher by no more than `by`.

    What comes in bursts says less than its number: each sample is given in batches, and its
    variance is that of independent events times the dispersion seen between the batches.
    One-sided; a share of none has a variance all the same (one is added on either side).

    Raises:
        ValueError: a sample holds nothing.
    """
    difference = _share(first) - _share(second) - by
    z = difference / sqrt(_variance(first) + _variance(second))
    return erfc(z / sqrt(2)) / 2


def dispersion(batches: Sequence[Share]) -> float:
    """Return how many times more batches differ than those of independent events: at least 1."""
    share = _share(batches)
    if not 0 < share < 1 or len(batches) < 2:  # noqa: PLR2004  # one differs from nothing
        return 1.0
    chi_square = sum(
        (each.some - each.of * share) ** 2 / (each.of * share * (1 - share))
        for each in batches
        if each.of
    )
    return max(1.0, chi_square / (len(batches) - 1))


def _share(batches: Sequence[Share]) -> float:
    of = sum(each.of for each in batches)
    if not of:
        raise ValueError("there is nothing to compare: a sample is empty")
    return sum(each.some for each in batches) / of


def _variance(batches: Sequence[Share]) -> float:
    of = sum(each.of for each in batches)
    share = (sum(each.some for each in batches) + 1) / (of + 2)
    return share * (1 - share) / of * dispersion(batches)
