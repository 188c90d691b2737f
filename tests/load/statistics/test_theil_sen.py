"""The Theil-Sen slope."""

import pytest

from mcp_proof_load.statistics.theil_sen import theil_sen

CLOUD_SEEDING = (1.26, 1.27, 1.12, 1.16, 1.03)
"""Hollander and Wolfe (1973), p. 206: rainfall of seeded areas to that of others, in five years."""


def test_the_slope_is_that_of_the_published_example():
    assert theil_sen(range(1, 6), CLOUD_SEEDING) == pytest.approx(-0.05625)


def test_a_quarter_of_the_points_can_be_odd_without_turning_the_line():
    x = list(range(40))
    y = [1000.0 if at % 4 == 0 else 2.0 * at for at in x]
    assert theil_sen(x, y) == pytest.approx(2.0, rel=0.2)


def test_points_without_end_are_thinned_and_have_the_same_slope():
    assert theil_sen(range(5000), [3 * at + at % 7 for at in range(5000)]) == pytest.approx(3, 0.01)


def test_points_at_one_place_have_no_slope():
    with pytest.raises(ValueError, match="two points that differ in x"):
        theil_sen([1, 1], [0, 5])
