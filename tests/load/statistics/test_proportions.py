"""The z test of two proportions, and what bursts do to it."""

import random

import pytest

from mcp_proof_load.statistics.proportions import Share, dispersion, share_exceeds


def test_the_probability_is_that_of_the_unpooled_z_test():
    found = share_exceeds([Share(60, 1000)], [Share(40, 1000)], by=0.0)
    assert found == pytest.approx(0.0202, abs=0.001)  # z = 2.05


def test_what_is_allowed_is_taken_away_first():
    assert share_exceeds([Share(60, 1000)], [Share(40, 1000)], by=0.02) == pytest.approx(0.5)


def test_one_error_more_than_none_says_little():
    assert share_exceeds([Share(1, 100)], [Share(0, 100)], by=0.0) > 0.2


def test_errors_that_come_in_one_burst_say_less_than_errors_all_over():
    before = [Share(0, 100)] * 20
    burst = [Share(100, 100), *[Share(0, 100)] * 19]
    spread = [Share(5, 100)] * 20
    assert share_exceeds(burst, before, by=0.0) > 0.05
    assert share_exceeds(spread, before, by=0.0) < 1e-9


def test_the_dispersion_of_independent_events_is_about_one():
    rng = random.Random(3)
    drawn = [Share(sum(rng.random() < 0.1 for _ in range(100)), 100) for _ in range(200)]
    assert dispersion(drawn) == pytest.approx(1, abs=0.2)


def test_a_share_of_all_and_of_none_has_no_dispersion():
    assert dispersion([Share(0, 9), Share(0, 9)]) == dispersion([Share(9, 9)]) == 1


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError, match="a sample is empty"):
        share_exceeds([], [Share(1, 2)], by=0)
