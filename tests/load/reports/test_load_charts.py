"""Axes are marked at round values that cover all that is drawn."""

import pytest

from mcp_proof.reports.html.latency_chart import duration
from mcp_proof_load.reports.charts.axis import around, from_zero, logarithmic, time_axis
from mcp_proof_load.reports.charts.bands import letter
from mcp_proof_load.reports.figures import number


@pytest.mark.parametrize("highest", [0, 0.0003, 0.7, 1, 4, 99, 101, 12345, 9e8])
def test_an_axis_from_zero_covers_the_highest_value_with_few_marks(highest):
    axis = from_zero(highest, number)
    assert axis.low == 0
    assert axis.high >= highest
    assert 2 <= len(axis.marks) <= 7
    assert axis.share(highest) > 0.45 or not highest


def test_marks_are_round():
    assert [label for _, label in from_zero(487, number).marks] == [
        *("0", "100", "200", "300", "400", "500")
    ]
    assert [label for _, label in from_zero(0.173, duration).marks] == [
        *("0", "50 ms", "100 ms", "150 ms", "200 ms")
    ]


@pytest.mark.parametrize(
    ("seconds", "last"), [(0.4, "1 s"), (3, "3 s"), (60, "60 s"), (600, "10 min"), (9000, "2.5 h")]
)
def test_time_is_marked_in_the_unit_that_suits_it(seconds, last):
    axis = time_axis(seconds)
    assert axis.marks[-1][1] == last
    assert len(axis.marks) <= 8


@pytest.mark.parametrize(
    ("low", "high"), [(0.001, 0.009), (0.001, 0.001), (1e-6, 60), (0.004, 0.3), (0.0021, 0.0022)]
)
def test_a_logarithmic_axis_covers_all_and_has_marks_to_read_it(low, high):
    axis = logarithmic(low, high, duration)
    assert axis.low <= low * (1 + 1e-9)
    assert axis.high >= high * (1 - 1e-9)
    assert 2 <= len(axis.marks) <= 8
    assert axis.share(axis.low) == 0
    assert axis.share(axis.high) == 1
    assert 0 <= axis.share((low * high) ** 0.5) <= 1


def test_noise_around_a_high_value_does_not_fill_the_chart():
    axis = around(99.0, 100.0, number)
    assert axis.low > 0
    assert axis.share(100.0) - axis.share(99.0) < 0.15
    assert around(10.0, 100.0, number).low == 0
    assert around(0.0, 0.0, number).high > 0


def test_faults_bear_letters_without_end():
    assert [letter(number) for number in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]
