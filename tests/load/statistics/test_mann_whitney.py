"""Mann-Whitney, against what others have published or counted."""

import random
from itertools import combinations
from statistics import NormalDist, pvariance

import pytest

from mcp_proof_load.statistics.mann_whitney import mann_whitney

AT_TERM = (0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
EARLIER = (1.15, 0.88, 0.90, 0.74, 1.21)
"""Hollander and Wolfe (1973), p. 69: how permeable membranes are, at term and before."""


def test_u_and_the_approximate_probability_are_those_of_the_published_example():
    found = mann_whitney(AT_TERM, EARLIER)
    assert found.u == 35
    assert found.higher == pytest.approx(0.1272, abs=0.006)  # exact, one-sided


def test_small_samples_get_the_exact_probability():
    assert mann_whitney(AT_TERM[:8], EARLIER).higher == pytest.approx(
        _counted(AT_TERM[:8], EARLIER)
    )
    assert mann_whitney([4, 5, 6], [1, 2, 3]).higher == 1 / 20
    assert mann_whitney([1, 2, 3], [4, 5, 6]).higher == 1


def test_small_samples_with_ties_get_the_exact_probability_too():
    first, second = [1, 2, 2, 3], [1, 1, 2, 2]
    assert mann_whitney(first, second).higher == pytest.approx(_counted(first, second))


def test_ties_take_from_the_variance_as_much_as_all_divisions_show():
    values = [1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 5]
    every = [_u(*_divided(values, chosen)) for chosen in combinations(range(11), 9)]
    first, second = values[2:], values[:2]
    z = (_u(first, second) - 9 - 0.5) / pvariance(every) ** 0.5
    assert mann_whitney(first, second).higher == pytest.approx(1 - NormalDist().cdf(z))


def test_samples_of_one_kind_are_told_apart_as_seldom_as_the_probability_says():
    rng = random.Random(8)
    found = [
        mann_whitney([rng.random() for _ in range(15)], [rng.random() for _ in range(20)]).higher
        for _ in range(1000)
    ]
    assert 0.02 < sum(each < 0.05 for each in found) / 1000 < 0.07


def test_samples_that_are_all_the_same_do_not_differ():
    assert mann_whitney([1.0] * 20, [1.0] * 20).higher == 0.5


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError, match="a sample is empty"):
        mann_whitney([], [1])


def _u(first, second):
    return sum((a > b) + 0.5 * (a == b) for a in first for b in second)


def _divided(values, chosen):
    first = [values[at] for at in chosen]
    return first, [value for at, value in enumerate(values) if at not in chosen]


def _counted(first, second):
    values = [*first, *second]
    divisions = list(combinations(range(len(values)), len(first)))
    reached = [_u(*_divided(values, chosen)) >= _u(first, second) for chosen in divisions]
    return sum(reached) / len(divisions)
