"""The Mann-Whitney U test: are the values of one sample higher than those of another?"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import erfc, sqrt
from typing import Final, NamedTuple

EXACT: Final = 8
"""Where neither sample has more values, all ways to divide them are counted: 12,870 at most."""


class Comparison(NamedTuple):
    """What the test says."""

    u: float
    """Pairs in which the first sample's value is higher; a tie counts half."""
    higher: float
    """The probability of such a U, or a higher one, where neither sample is higher (one-sided)."""


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> Comparison:
    """Test whether the first sample is higher: exact for small samples, with ties, too.

    Larger ones get the normal approximation, with the corrections for ties and for continuity.

    Raises:
        ValueError: a sample is empty.
    """
    if not first or not second:
        raise ValueError("there is nothing to compare: a sample is empty")
    ranks = _ranks([*first, *second])
    lowest = len(first) * (len(first) + 1) / 2
    u = sum(ranks[: len(first)]) - lowest
    if max(len(first), len(second)) <= EXACT:
        sums = [sum(chosen) for chosen in combinations(ranks, len(first))]
        return Comparison(u, sum(each >= u + lowest for each in sums) / len(sums))
    return Comparison(u, _approximate(u, len(first), ranks))


def _approximate(u: float, size: int, ranks: Sequence[float]) -> float:
    count, pairs = len(ranks), size * (len(ranks) - size)
    ties = sum(tied**3 - tied for tied in Counter(ranks).values())
    variance = pairs / 12 * (count + 1 - ties / (count * (count - 1)))
    if not variance:
        return 0.5
    return erfc((u - pairs / 2 - 0.5) / sqrt(2 * variance)) / 2


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, from 1; those that tie share the mean of theirs."""
    ordered = sorted(values)
    first = {value: rank for rank, value in reversed(list(enumerate(ordered, start=1)))}
    ties = Counter(ordered)
    return [first[value] + (ties[value] - 1) / 2 for value in values]
