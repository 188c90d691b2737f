"""Figures are written with as many digits as say something, and never alike where they differ."""

import pytest

from mcp_proof_load.reports.figures import amount, number, percent, resource, size, told_apart


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.00001, "0"),
        (0.01234, "0.0123"),
        (12.34, "12.3"),
        (999.4, "999"),
        (999.6, "1,000"),
        (12345.6, "12,346"),
        (-2.5, "-2.5"),
    ],
)
def test_three_digits_are_shown_and_none_is_lost_before_the_point(value, shown):
    assert number(value) == shown


def test_what_was_not_measured_is_no_zero():
    assert amount(None, "ms") == "not measured"
    assert amount(0.0, "ms") == "0 ms"
    assert amount(3, "") == "3"


def test_a_value_just_above_its_limit_does_not_look_like_it():
    assert told_apart(20.0004, 20, "ms") == ("20.0004 ms", "20 ms")
    assert told_apart(20, 20, "ms") == ("20 ms", "20 ms")
    assert told_apart(12.3, 20, "ms") == ("12.3 ms", "20 ms")
    assert told_apart(1000.4, 1000, "calls/s") == ("1,000.4 calls/s", "1,000.0 calls/s")


def test_shares_are_percents_and_memory_is_told_in_its_unit():
    assert percent(0.0155) == "1.55 %"
    assert size(1536) == "1.5 KiB"
    assert size(-3 * 1024**2) == "-3 MiB"
    assert resource("memory", 2048) == "2 KiB"
    assert resource("handles", 2048) == "2,048"
