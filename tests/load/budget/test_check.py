"""Whether a run kept its absolute limits, and which of them could not be told."""

from dataclasses import replace

import pytest
from made_runs import planned, report, saved, tally
from made_servers import leaking, plateau, samples
from made_windows import measured, run, window

from mcp_proof.errors import UsageError
from mcp_proof_load.budget.budget import Budget, Growth, Limits, Relative
from mcp_proof_load.budget.check import check, refuse_unfit, unchecked
from mcp_proof_load.budget.configured import Spending
from mcp_proof_load.budget.saved_run import read_saved_run
from mcp_proof_load.events import Kind, Violated

ALL = Limits(
    p50_ms=15,
    p95_ms=15,
    p99_ms=250,
    max_ms=250,
    error_rate=20,
    min_rate=120,
    max_violations=2,
)


def ten_seconds(**members):
    """Of 1,000 calls after the warm-up, 980 take 10 ms and 20 take 200 ms; 250 more fail."""
    waits = [0.01] * 98 + [0.2] * 2
    windows = [window(0.0, [5.0] * 100, warm_up=True)]
    windows += [window(1.0 + at, waits, broken=25) for at in range(10)]
    return tally(windows, **members)


def outcome(made, budget):
    return {each.name: each for each in check(made, budget, None)}


def test_each_limit_is_compared_with_what_was_measured_after_the_warm_up():
    found = outcome(ten_seconds(), Budget(limits=ALL))
    values = {name: (each.value, each.ok) for name, each in found.items()}
    assert values == {
        "p50": (pytest.approx(10, rel=0.01), True),
        "p95": (pytest.approx(10, rel=0.01), True),
        "p99": (pytest.approx(200, rel=0.01), True),
        "max": (pytest.approx(200, rel=0.01), True),
        "error_rate": (pytest.approx(20), True),
        "min_rate": (pytest.approx(125), True),
        "max_violations": (0, True),
    }
    units = [each.unit for each in found.values()]
    assert units == ["ms", "ms", "ms", "ms", "%", "calls/s", ""]


def test_each_limit_can_fail():
    tight = Limits(
        p50_ms=9,
        p95_ms=9,
        p99_ms=190,
        max_ms=190,
        error_rate=19.9,
        min_rate=126,
        max_violations=2,
    )
    made = ten_seconds()
    made.violations.append(Violated(kind=Kind.CROSSED, message="crossed", times=3))
    assert not any(each.ok for each in check(made, Budget(limits=tight), None))


def test_a_limit_of_an_operation_is_about_its_calls_only():
    windows = [
        window(float(at), [], operations={}) if at < 0 else _of_two(float(at)) for at in range(10)
    ]
    made = tally(windows, operations={"slow": 1, "quick": 1})
    made.violations.append(Violated(kind=Kind.LOST, message="lost", times=4, operation="slow"))
    limits = Limits(p95_ms=50, min_rate=15, max_violations=0)
    found = outcome(made, Budget(operations={"slow": limits, "quick": limits}))
    assert {name: each.ok for name, each in found.items()} == {
        "slow.p95": False,
        "slow.min_rate": False,
        "slow.max_violations": False,
        "quick.p95": True,
        "quick.min_rate": True,
        "quick.max_violations": True,
    }


def _of_two(at):
    both = {"slow": measured([0.1] * 10), "quick": measured([0.01] * 20)}
    return replace(window(at, []), operations=both)


def test_where_nothing_was_measured_no_limit_is_kept():
    found = outcome(tally([window(0.0, [0.01], warm_up=True)]), Budget(limits=ALL))
    assert {name for name, each in found.items() if each.ok} == {"max_violations"}
    assert all(found[name].value is None for name in ("p95", "max", "error_rate", "min_rate"))


# Growth


def growth(made_samples, **limits):
    made = tally(run(1, seconds=1))
    made.samples.extend(made_samples)
    (checked,) = check(made, Budget(growth=Growth(**limits)), None)
    return checked


def test_growth_is_compared_in_bytes_per_call():
    checked = growth(samples(1, leaking), memory=1200)
    assert (checked.name, checked.unit, checked.ok) == ("growth.memory", "bytes per call", True)
    assert checked.value == pytest.approx(1080, rel=0.05)
    assert not growth(samples(1, leaking), memory=1000).ok


def test_what_is_counted_is_compared_per_1000_calls():
    def one_in_fifty(_rng):
        return lambda _at, calls: 20 + calls // 50

    checked = growth(samples(1, one_in_fifty, resource="handles"), handles=10)
    assert (checked.ok, checked.unit) == (False, "per 1,000 calls")
    assert checked.value == pytest.approx(20, rel=0.05)


def test_noise_is_no_growth():
    for seed in range(30):
        assert growth(samples(seed, plateau), memory=2000).ok


def test_growth_that_was_not_sampled_is_not_kept_and_says_why():
    assert growth([], memory=5).why == "memory was not sampled after the warm-up"
    checked = growth(samples(1, leaking, seconds=20), memory=5000)
    assert (checked.ok, checked.value) == (False, None)
    assert checked.why == "samples after the settling: 13, and 20 are needed"


# Before anything is sent


def test_a_limit_of_an_operation_that_is_not_called_is_refused():
    budget = Budget(operations={"ecco": Limits(p95_ms=1)})
    with pytest.raises(UsageError) as error:
        refuse_unfit(budget, None, planned(operations={"echo": 1, "add": 2}))
    assert str(error.value) == (
        'limits.operations."ecco": this run does not call it; it calls echo, add. '
        "Did you mean echo?"
    )
    refuse_unfit(Budget(operations={"echo": Limits()}), None, planned())


def test_a_run_that_is_too_short_to_compare_is_refused(tmp_path):
    short = tally(run(1, seconds=6), duration=11.0)
    then = read_saved_run(saved(tmp_path / "run.json", report(short)))
    refuse_unfit(Budget(), then, planned(duration=11.0))
    refuse_unfit(Budget(), None, planned(duration=10.9))
    with pytest.raises(UsageError) as error:
        refuse_unfit(Budget(), then, planned(duration=10.9))
    assert str(error.value) == (
        "--baseline: this run takes 5.9 s after its warm-up, too short to tell from noise what "
        "became slower. Load for --duration 6 or more, and compare with a run that took as long"
    )


def test_another_load_is_refused_when_checked_too(tmp_path):
    made = tally(run(1, seconds=10))
    then = read_saved_run(saved(tmp_path / "run.json", report(made)))
    with pytest.raises(UsageError, match="users 16, now 3"):
        check(tally(run(1, seconds=10), users=3), Budget(), then)


def test_relative_limits_without_a_saved_run_are_told_as_unchecked(tmp_path):
    budget = Budget(relative=Relative(p95_percent=3))
    then = read_saved_run(saved(tmp_path / "run.json", report(tally(run(1, seconds=10)))))
    assert unchecked(budget, None) == (
        "the budget's [relative] limits: there is no saved run, --baseline FILE names it",
    )
    assert unchecked(budget, then) == unchecked(Budget(), None) == ()
    assert check(tally(run(1, seconds=10)), budget, None) == ()


def test_a_run_tells_from_the_beginning_which_limits_it_cannot_check():
    spending = Spending(budget=Budget(relative=Relative(p95_percent=3)), saved=None)
    told = spending.fitted(planned(untested=("rule: no exchange",)))
    assert told.untested == ("rule: no exchange", *unchecked(spending.budget, None))
