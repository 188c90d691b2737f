"""The leak oracle: hundreds of servers that never were, healthy and leaking."""

import pytest
from made_servers import (
    COUNTED,
    HEALTHY,
    MB,
    cache,
    leaking,
    leaking_sessions,
    leaking_with_garbage,
    samples,
    sawtooth,
    uneven_sawtooth,
)

from mcp_proof_load.events import Kind, Sampled
from mcp_proof_load.growth.leak import LEAST, grown

EACH = 60
"""Servers of each kind."""


def accused(kind, *, many: int = EACH, **members) -> float:
    """The share of the servers of a kind that are said to leak."""
    runs = [samples(seed, kind, **members) for seed in range(many)]
    return sum(bool(judged(run).violated) for run in runs) / many


def judged(run, **members):
    return grown(run, **{"warm_up": 5.0, "level": True, **members})


# Rates


@pytest.mark.parametrize("rate", [100, 1000])
@pytest.mark.parametrize("kind", HEALTHY, ids=lambda kind: kind.__name__)
def test_no_healthy_server_is_accused_of_keeping_memory(kind, rate):
    assert accused(kind, rate=rate) == 0


@pytest.mark.parametrize("resource", ["handles", "threads", "sessions"])
@pytest.mark.parametrize("kind", COUNTED, ids=lambda kind: kind.__name__)
def test_no_healthy_server_is_accused_of_keeping_what_is_counted(kind, resource):
    assert accused(kind, resource=resource, many=EACH // 2) == 0


@pytest.mark.parametrize(("rate", "every"), [(100, 1.0), (100, 0.5), (1000, 1.0), (5000, 2.0)])
def test_a_kilobyte_that_is_kept_of_each_call_is_found_in_a_minute(rate, every):
    assert accused(leaking, rate=rate, every=every) >= 0.97


def test_it_is_found_among_garbage_that_is_collected():
    assert accused(leaking_with_garbage, rate=1000) >= 0.97


@pytest.mark.parametrize("resource", ["handles", "threads", "sessions"])
def test_one_that_is_kept_of_each_session_is_found_in_a_minute(resource):
    assert accused(leaking_sessions, resource=resource) >= 0.97


# What is said


def test_a_leak_is_told_with_its_size_and_what_was_expected():
    (violated,) = judged(samples(1, leaking)).violated
    assert violated.kind is Kind.GROWTH
    assert violated.message == "memory kept growing: 1.04 KiB per call"
    assert violated.expected == (
        "after a third of the calls a rise that ends, or one of less than 3 MiB, or than 400 B "
        "per call"
    )
    assert violated.actual == (
        "3.97 MiB in 3,911 calls from 25 s on: 1.1 KiB per call in their first half, 1.02 KiB per "
        "call in the second"
    )
    assert violated.at == 25


def test_what_is_counted_is_told_per_1000_calls():
    (violated,) = judged(samples(1, leaking_sessions, resource="handles")).violated
    assert violated.message == "handles kept growing: 19.8 per 1,000 calls"
    assert violated.expected.endswith("or one of less than 10")


def test_all_that_leaks_is_told():
    memory, handles = samples(1, leaking), samples(1, leaking_sessions, resource="handles")
    both = [
        Sampled(at=one.at, calls=one.calls, values={**one.values, **other.values})
        for one, other in zip(memory, handles, strict=True)
    ]
    messages = [each.message for each in judged(both).violated]
    assert [message.split()[0] for message in messages] == ["memory", "handles"]


# What cannot be judged


def untested(run, **members):
    found = judged(run, **members)
    assert not found.violated
    return found.untested


def test_without_samples_growth_is_untested():
    assert untested([]) == ("growth: nothing of the server's resources is known",)


def test_a_short_run_is_untested_and_says_what_it_would_take():
    short = samples(1, leaking, seconds=20)
    assert untested(short) == ("growth: samples after the settling: 13, and 20 are needed",)
    brief = samples(1, leaking, seconds=20, every=0.5)
    assert untested(brief) == ("growth: 12 s after the settling, and 15 s are needed",)


def test_few_calls_are_untested():
    (reason,) = untested(samples(1, leaking, rate=4))
    assert reason.endswith("calls after the settling, and 500 are needed")


def test_a_run_in_which_the_calls_stopped_is_untested():
    run = samples(1, leaking)
    stuck = [
        Sampled(at=each.at, calls=min(each.calls, run[40].calls), values=each.values)
        for each in run
    ]
    assert untested(stuck) == ("growth: no call ended for a while",)


def test_a_load_that_rises_by_itself_is_no_reason_to_judge():
    assert untested(samples(1, leaking), level=False) == (
        "growth: the profile does not keep the load level",
    )


def test_the_warm_up_is_left_out():
    warm = [
        Sampled(at=float(at), calls=at, values={"memory": 500 * MB - at * MB}) for at in range(5)
    ]
    assert judged([*warm, *samples(1, leaking)]).violated


def test_what_was_sampled_is_judged_where_another_resource_is_unknown_at_times():
    run = [
        Sampled(at=each.at, calls=each.calls, values={**each.values, "sessions": 3.0})
        if number % 10 == 0
        else each
        for number, each in enumerate(samples(1, leaking))
    ]
    found = judged(run)
    assert len(found.violated) == 1
    assert found.untested == (
        "growth of sessions: samples after the settling: 4, and 20 are needed",
    )


# Garbage


def test_garbage_that_was_never_collected_looks_like_a_leak_and_is_untested_in_a_lazy_runtime():
    def one_long_tooth(_rng):
        return lambda at, _: 40 * MB + at * MB

    run = samples(1, one_long_tooth)
    assert judged(run).violated
    assert untested(run, lazy=True) == (
        "growth: it rises, but garbage was collected less than 3 times",
    )


@pytest.mark.parametrize("kind", [sawtooth, uneven_sawtooth, cache])
def test_no_healthy_server_with_a_lazy_runtime_is_accused(kind):
    runs = [samples(seed, kind) for seed in range(EACH)]
    assert not any(judged(run, lazy=True).violated for run in runs)


def test_every_resource_that_is_sampled_has_a_least_size():
    assert list(LEAST) == ["memory", "handles", "threads", "sessions"]
