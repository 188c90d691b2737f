"""Mann-Kendall, against what others have published or counted."""

from itertools import permutations
from statistics import pvariance

import pytest

from mcp_proof_load.statistics.mann_kendall import mann_kendall

TUNA = (2.5, 4.0, 2.6, 3.6, 2.8, 3.1, 5.2, 5.0, 3.8)
"""Hollander and Wolfe (1973), p. 187: the quality of canned tuna, by lightness."""


def test_the_score_and_the_probability_are_those_of_kendalls_published_example():
    found = mann_kendall(TUNA)
    assert found.score == 16  # T = 26 concordant of 36 pairs
    assert found.rising == pytest.approx(0.05972, abs=0.002)  # exact, one-sided


def test_what_rises_without_a_break_has_the_highest_score():
    found = mann_kendall(range(10))
    assert found.score == 45
    assert found.z == pytest.approx(44 / 125**0.5)
    assert found.rising < 0.0001


def test_what_falls_does_not_rise():
    assert mann_kendall(range(10, 0, -1)).rising > 0.9999


def test_what_stays_the_same_has_no_trend():
    assert mann_kendall([3.0] * 10) == (0, 0.0, 0.5)


@pytest.mark.parametrize("values", [(1, 2, 2, 3, 3, 3, 4, 5), (0, 0, 0, 0, 1, 1, 1, 2)])
def test_ties_take_from_the_variance_as_much_as_all_orders_show(values):
    scores = [_score(order) for order in permutations(values)]
    found = mann_kendall(sorted(values))
    assert found.z == pytest.approx((found.score - 1) / pvariance(scores) ** 0.5)


def test_too_few_values_are_refused():
    with pytest.raises(ValueError, match="7 values are too few to see a trend; 8 are needed"):
        mann_kendall(range(7))


def _score(values):
    pairs = [(a, b) for at, a in enumerate(values) for b in values[at + 1 :]]
    return sum((b > a) - (b < a) for a, b in pairs)
