"""The open model: as many starts as the rate adds up to, where it says, for ever."""

import itertools
import time
from math import exp, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof_load.arrivals.schedule import ARRIVALS, SLICE, Schedule, schedule_of
from mcp_proof_load.plan import Plan

PER_START = 2e-6


def until(rate: float, end: float):
    return lambda at: rate if at < end else None


def starts(schedule: Schedule) -> list[float]:
    return list(itertools.takewhile(lambda start: start < inf, iter(schedule.next_start, None)))


def plan_of(**members: object) -> Plan:
    base = {"client": "rest", "place": {}, "speech": {}, "operations": (), "warm_up": 0.0}
    return Plan(**{**base, **members})


def test_constant_arrivals_come_at_even_intervals():
    found = starts(Schedule(until(8.0, 2.0)))
    assert found == pytest.approx([(n + 1) / 8 for n in range(15)])


@given(rate=st.floats(0.5, 3_000), end=st.integers(1, 20))
def test_there_are_as_many_starts_as_the_rate_adds_up_to(rate, end):
    assert len(starts(Schedule(until(rate, end)))) == pytest.approx(rate * end, abs=1.001)


def test_a_long_run_does_not_drift():
    found = starts(Schedule(until(333.3, 600.0)))
    assert found[-1] == pytest.approx(len(found) / 333.3, abs=1e-7)


def test_a_rate_that_rises_gives_the_starts_of_its_integral():
    found = starts(Schedule(lambda at: 100 * at if at < 10 else None))
    assert len(found) == pytest.approx(5000, abs=1)
    for number in (1000, 2000, 4000):
        assert found[number - 1] == pytest.approx((number / 50) ** 0.5, abs=1e-4)


def test_a_rate_that_jumps_is_followed_at_once():
    found = starts(Schedule(lambda at: (10.0 if at < 5 else 100.0) if at < 10 else None))
    assert sum(start < 5 for start in found) == pytest.approx(50, abs=1)
    assert sum(start >= 5 for start in found) == pytest.approx(500, abs=1)


def test_where_there_is_no_rate_nobody_starts():
    found = starts(Schedule(lambda at: (0.0 if at < 5 else 10.0) if at < 6 else None))
    assert found[0] >= 5
    assert len(found) == pytest.approx(10, abs=1)


def test_starts_begin_with_the_warm_up():
    found = starts(Schedule(until(10.0, 1.0), begin=-2.0))
    assert found[0] == pytest.approx(-1.9)
    assert len(found) == pytest.approx(30, abs=1)


@given(seed=st.text(max_size=5))
def test_poisson_arrivals_have_the_rate_and_the_spread_of_their_name(seed):
    found = starts(Schedule(until(200.0, 20.0), arrivals="poisson", seed=seed))
    gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
    assert len(found) == pytest.approx(4000, abs=5 * 4000**0.5)
    longer_than_the_mean = sum(gap > 1 / 200 for gap in gaps) / len(gaps)
    assert longer_than_the_mean == pytest.approx(exp(-1), abs=0.05)


def test_poisson_arrivals_are_the_same_for_the_same_seed_alone():
    one, same, other = (
        starts(Schedule(until(50.0, 2.0), arrivals="poisson", seed=seed)) for seed in "aab"
    )
    assert one == same != other


@pytest.mark.parametrize("arrivals", ARRIVALS)
def test_processes_together_reach_the_rate(arrivals):
    plan = plan_of(rate=300.0, duration=20.0, arrivals=arrivals)
    parts = [starts(schedule_of(plan, n, 3)) for n in range(3)]
    together = 300 * 20
    assert sum(map(len, parts)) == pytest.approx(together, abs=5 * together**0.5)
    assert len({tuple(part[:5]) for part in parts}) == 3


def test_processes_take_turns_in_constant_arrivals():
    plan = plan_of(rate=300.0, duration=2.0)
    parts = [starts(schedule_of(plan, n, 3)) for n in range(3)]
    whole = sorted(itertools.chain.from_iterable(parts))
    assert whole == pytest.approx([(n + 1) / 300 for n in range(len(whole))])


def test_the_starts_of_a_lost_process_go_to_the_others_from_then_on():
    schedule = Schedule(until(100.0, 10.0), share=0.5)
    before = [schedule.next_start() for _ in range(250)]
    schedule.share = 1.0
    assert before[-1] == pytest.approx(5.0)
    assert len(starts(schedule)) == pytest.approx(500, abs=2)


def test_all_is_over_for_good():
    schedule = Schedule(until(10.0, SLICE))
    assert [schedule.next_start() for _ in range(3)] == [inf, inf, inf]


@pytest.mark.parametrize("arrivals", ARRIVALS)
def test_a_start_costs_next_to_nothing(arrivals):
    plan = plan_of(rate=2_000.0, duration=1e6, arrivals=arrivals, profile="ramp")
    schedule = schedule_of(plan)
    best = inf
    for _ in range(20):
        begun = time.perf_counter()
        for _ in range(2_000):
            schedule.next_start()
        best = min(best, (time.perf_counter() - begun) / 2_000)
    assert best < PER_START
