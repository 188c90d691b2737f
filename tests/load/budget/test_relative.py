"""Limits relative to a saved run: what is worse fails, and noise does not."""

import random

import pytest
from made_runs import report, saved, tally
from made_windows import run

from mcp_proof_load.budget.budget import Budget, Relative
from mcp_proof_load.budget.check import check
from mcp_proof_load.budget.saved_run import read_saved_run

PAIRS = 12


@pytest.fixture
def compared(tmp_path):
    """What becomes of a run when it is compared with another, by limit."""

    def compare(now, then, budget=None, **members):
        file = saved(tmp_path / "run.json", report(tally(then)))
        found = check(tally(now, **members), budget or Budget(), read_saved_run(file))
        return {each.name: each for each in found}

    return compare


@pytest.fixture
def failed(compared):
    """The share of pairs of runs in which a limit is not kept."""

    def fail(middle=0.01, *, name=None, many=PAIRS, **members):
        bad = 0
        for seed in range(many):
            then = run(f"then{seed}", seconds=30)
            found = compared(run(f"now{seed}", lambda _at: middle, seconds=30, **members), then)
            bad += any(not each.ok for each in found.values() if name in {None, each.name})
        return bad / many

    return fail


def test_the_same_server_never_fails(failed):
    assert failed() == 0


def test_a_tenth_more_is_allowed(failed):
    assert failed(0.011) == 0


def test_half_as_much_again_fails(failed):
    assert failed(0.015) >= 0.9
    assert failed(0.015, name="relative.p95", many=10) >= 0.9


def test_a_server_that_got_quicker_does_not_fail(failed):
    assert failed(0.005) == 0


def test_one_second_that_hung_does_not_fail_a_run(compared):
    now = run("now", lambda at: 1.0 if at == 20 else 0.01)
    found = compared(now, run("then"))
    assert found["relative.p99"].value > found["relative.p99"].limit
    assert found["relative.p99"].ok
    assert found["relative.p99"].why.startswith("within the noise: Mann-Whitney p = ")


def test_the_defaults_are_15_and_20_percent_and_half_a_point(compared):
    found = compared(run("now"), run("then", failed=lambda _at: 1))
    assert list(found) == ["relative.p95", "relative.p99", "relative.error_rate"]
    for name, factor in (("relative.p95", 1.15), ("relative.p99", 1.2)):
        assert found[name].limit == pytest.approx(factor * found[name].relative_to)
    errors = found["relative.error_rate"]
    assert errors.limit == pytest.approx(errors.relative_to + 0.5)
    assert errors.relative_to == pytest.approx(1, abs=0.1)


def test_a_budget_says_what_is_allowed_instead(compared):
    budget = Budget(relative=Relative(p50_percent=100))
    (checked,) = compared(run("now", lambda _at: 0.03), run("then"), budget).values()
    assert (checked.name, checked.ok, checked.unit) == ("relative.p50", False, "ms")
    assert checked.why.startswith("not by chance: Mann-Whitney p = ")
    assert checked.why.endswith("for 30 batches against 30 of the saved run times 2")


def test_errors_all_over_fail_and_say_by_which_test(compared):
    found = compared(run("now", failed=lambda _at: 3), run("then"))["relative.error_rate"]
    assert not found.ok
    assert found.why.startswith("not by chance: z test of two proportions, p = ")
    assert found.why.endswith(" for 0.5 points more than then")


def test_errors_in_one_burst_do_not(compared):
    now = run("now", failed=lambda at: 100 if at == 20 else 0)
    found = compared(now, run("then"))["relative.error_rate"]
    assert found.value > found.limit
    assert found.ok
    assert found.why.startswith("within the noise: z test of two proportions")


def test_errors_by_chance_do_not(compared):
    bad = 0
    for seed in range(PAIRS):
        rng = random.Random(seed)
        few = [sum(rng.random() < 0.006 for _ in range(100)) for _ in range(65)]
        bad += not compared(run(f"now{seed}", failed=few.__getitem__), run(f"then{seed}"))[
            "relative.error_rate"
        ].ok
    assert bad == 0


def test_what_is_above_its_limit_in_a_run_that_is_too_short_is_neither_kept_nor_exceeded(compared):
    now = run("now", lambda _at: 0.1, seconds=3, failed=lambda _at: 5)
    found = compared(now, run("then"))
    assert len(found) == 3
    assert not any(each.judged or each.ok or each.broken for each in found.values())
    assert found["relative.error_rate"].why.startswith("too short to tell from noise: 3 windows")
    assert found["relative.p95"].why == (
        "too short to tell from noise: 3 batches of about 100 calls, 60 in the saved run, and 5 "
        "are needed"
    )


def test_what_is_below_its_limit_in_a_run_that_is_too_short_is_kept(compared):
    found = compared(run("now", lambda _at: 0.001, seconds=3), run("then"))
    assert all(each.judged and each.ok for each in found.values())


def test_six_seconds_are_enough_to_see_what_is_ten_times_as_slow(compared):
    found = compared(run("now", lambda _at: 0.1, seconds=6, rate=500), run("then", seconds=6))
    assert not found["relative.p95"].ok


def test_windows_of_few_calls_are_put_together(compared):
    slow = run("now", lambda _at: 0.02, rate=20)
    found = compared(slow, run("then", rate=20))["relative.p99"]
    assert not found.ok
    assert "for 12 batches against 12" in found.why


def test_runs_of_unlike_length_are_compared_by_batches_of_as_many_windows(compared):
    found = compared(run("now", lambda _at: 0.02, seconds=30), run("then", seconds=120))
    assert "for 30 batches against 120" in found["relative.p95"].why


def test_a_run_without_answers_does_not_keep_its_limits(compared):
    now = run("now", rate=0, failed=lambda _at: 5)
    found = compared(now, run("then"))
    assert found["relative.p95"].value is None
    assert all(each.broken for each in found.values())
    assert found["relative.p95"].why == "nothing was measured"
