"""Whether calls take ever longer: servers that slow down, and machines that only do so at times."""

import random

import pytest
from made_windows import latencies, run, window

from mcp_proof_load.events import Kind
from mcp_proof_load.growth.slowing import slowing

EACH = 12


def accused(middle, *, many=EACH, **members) -> float:
    """The share of the runs of a server with such latencies that are said to slow down."""
    runs = [run(f"{middle.__name__}{seed}", middle, **members) for seed in range(many)]
    return sum(bool(slowing(each, level=True).violated) for each in runs) / many


def level(_at):
    return 0.01


def noisy_neighbour(at):
    return 0.05 if 40 <= at < 45 else 0.01


def one_spike(at):
    return 0.5 if at == 50 else 0.01


def a_tenth_slower(at):
    return 0.01 * (1 + 0.1 * at / 60)


def slower_from_the_middle_on(at):
    return 0.01 if at < 35 else 0.025


def slower_at_first(at):
    return 0.01 if at > 15 else 0.04


def slower_in_the_end(at):
    return 0.01 if at < 50 else 0.04


def swinging(at):
    return 0.01 + 0.005 * (at // 10 % 2)


def quick_and_twice_as_slow(at):
    return 0.0001 * (1 + at / 60)


def three_times_as_slow(at):
    return 0.01 * (1 + at / 30)


def doubling(at):
    return 0.005 * 2 ** (at / 20)


@pytest.mark.parametrize(
    "middle",
    [
        level,
        noisy_neighbour,
        one_spike,
        a_tenth_slower,
        slower_from_the_middle_on,
        slower_at_first,
        slower_in_the_end,
        swinging,
        quick_and_twice_as_slow,
    ],
)
def test_nothing_that_happens_to_a_healthy_server_is_called_slowing(middle):
    assert accused(middle) == 0


@pytest.mark.parametrize("middle", [three_times_as_slow, doubling])
def test_a_server_that_gets_ever_slower_is_found_in_a_minute(middle):
    assert accused(middle, rate=200) >= 0.9


def test_it_is_found_where_only_the_slowest_calls_get_slower():
    rng = random.Random(2)
    windows = [
        window(float(at), [*latencies(rng, 98, 0.01), *[0.03 * 2 ** (at / 15)] * 2])
        for at in range(60)
    ]
    (violated,) = slowing(windows, level=True).violated
    assert violated.kind is Kind.SLOWING
    assert violated.message == ("calls take ever longer under the same load: 6.3 times as long")
    assert violated.expected == "a p99 that stays the same, or rises to less than 1.5 times"
    assert violated.actual.startswith("p99 45.6 ms in the first third, 288.8 ms in the last (")
    assert violated.at == 0


def test_the_warm_up_is_left_out():
    windows = run(1, lambda at: 0.001 if at < 5 else 0.01)
    assert not slowing(windows, level=True).violated


def test_too_short_a_run_is_untested():
    assert slowing(run(1, seconds=10), level=True).untested == (
        "slowing: batches of 100 calls or more: 7, and 16 are needed",
    )


def test_a_load_that_rises_by_itself_is_no_reason_to_judge():
    found = slowing(run(1, doubling), level=False)
    assert found.untested == ("slowing: the profile does not keep the load level",)
    assert not found.violated
