"""Think times as they are written."""

import statistics

import pytest

from mcp_proof.errors import UsageError
from mcp_proof_load.arrivals.think import think_time


def drawn(text: str, count: int = 4_000, seed: str = "0") -> list[float]:
    sampler = think_time(text, seed)
    return [sampler() for _ in range(count)]


def test_nothing_is_no_pause():
    assert drawn("", 3) == [0, 0, 0]


@pytest.mark.parametrize("text", ["0.5", "constant:0.5", "constant:5e-1"])
def test_a_number_is_always_the_same_pause(text):
    assert drawn(text, 3) == [0.5, 0.5, 0.5]


def test_uniform_pauses_are_anywhere_between_two_numbers():
    pauses = drawn("uniform:0.1-0.5")
    assert 0.1 <= min(pauses) < 0.11
    assert 0.49 < max(pauses) <= 0.5


def test_exponential_pauses_have_their_mean():
    pauses = drawn("exponential:0.5")
    assert statistics.mean(pauses) == pytest.approx(0.5, rel=0.1)
    assert statistics.median(pauses) == pytest.approx(0.5 * 0.693, rel=0.1)


def test_lognormal_pauses_have_their_median_and_a_long_tail():
    pauses = drawn("lognormal:0.5,1.2")
    assert statistics.median(pauses) == pytest.approx(0.5, rel=0.1)
    assert statistics.mean(pauses) > 0.8


@pytest.mark.parametrize("text", ["uniform:0-1", "exponential:1", "lognormal:1,1"])
def test_pauses_are_the_same_for_the_same_seed_alone(text):
    assert drawn(text, 5) == drawn(text, 5) != drawn(text, 5, seed="1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("unifrom:0.1-0.5", "Did you mean uniform?"),
        ("soon", "expected seconds, or one of constant:SECONDS, uniform:LEAST-MOST"),
        ("uniform:0.5", "expected uniform:LEAST-MOST"),
        ("uniform:0.5-0.1", "its end comes first"),
        ("lognormal:0.5", "expected lognormal:MEDIAN,SIGMA"),
        ("lognormal:0,1", "must be above 0"),
        ("exponential:0", "must be above 0"),
        ("exponential:", "expected exponential:MEAN"),
        ("constant:-1", "no time is below 0"),
        ("-1", "no time is below 0"),
        ("nan", "no distribution 'nan'"),
        ("constant:inf", "expected constant:SECONDS"),
        ("0.1,0.2", "no distribution '0.1,0.2'"),
    ],
)
def test_what_is_no_think_time_is_told_with_what_is(text, says):
    with pytest.raises(UsageError) as caught:
        think_time(text)
    assert says in str(caught.value)
    assert repr(text) in str(caught.value)
