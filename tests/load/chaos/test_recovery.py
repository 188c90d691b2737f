"""When all was as before a fault is told from the windows around it."""

import pytest

from mcp_proof_load.chaos.disturbance import Disturbance, Disturbances
from mcp_proof_load.chaos.recovery import recoveries, recovery
from mcp_proof_load.events import Disturbed, Kind, Measurement
from mcp_proof_load.measuring.histogram import Histogram
from mcp_proof_load.measuring.measured import Counts, Measured, Window
from mcp_proof_load.tally import LoadTally

FAULT = Disturbance(fault="latency:ms=200", start=10.0, end=15.0, acted=True)


def window(start, rate=100, p95=0.01, errors=0, *, users=4, warm_up=False):
    latency = Histogram()
    latency.add(p95, rate)
    counts = Counts(sent=rate + errors, answered=rate, broken=errors)
    echo = Measured(counts=counts, latency=latency, service=latency)
    return Window(
        start=float(start),
        seconds=1.0,
        users=users,
        workers=1,
        warm_up=warm_up,
        operations={"echo": echo},
    )


def disturbed_run(*after, before=()):
    """Ten windows before the fault, five slow ones during it, and these after it."""
    first = list(before) or [window(second) for second in range(10)]
    during = [window(second, rate=20, p95=0.2) for second in range(10, 15)]
    return [*first, *during, *(window(15 + n, **how) for n, how in enumerate(after))]


def recovered(windows, fault=FAULT):
    return recovery(windows, fault, grace=3.0)


USUAL: dict = {}
SLOW = {"p95": 0.03}
FEW = {"rate": 80}
FAILING = {"errors": 5}


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ([USUAL] * 5, 0.0),
        ([SLOW, SLOW, USUAL, USUAL, USUAL], 2.0),
        ([FEW, USUAL, USUAL, USUAL], 1.0),
        ([FAILING, USUAL, USUAL, USUAL], 1.0),
        ([USUAL, USUAL, SLOW, USUAL, USUAL, USUAL], 3.0),
        ([{"rate": 0}, USUAL, USUAL, USUAL], 1.0),
        ([SLOW] * 10, None),
        ([USUAL, USUAL, SLOW] * 3, None),
        ([{"rate": 91, "p95": 0.0145}] * 3, 0.0),
        ([{"rate": 91, "p95": 0.016}] * 3, None),
    ],
)
def test_it_has_recovered_where_three_windows_in_a_row_are_as_before(after, seconds):
    told = recovered(disturbed_run(*after))
    assert isinstance(told, Disturbed)
    assert told.recovered == seconds


def test_the_figures_before_and_during_are_told():
    told = recovered(disturbed_run(*[USUAL] * 3))
    assert isinstance(told, Disturbed)
    assert (told.fault, told.start, told.seconds) == ("latency:ms=200", 10.0, 5.0)
    assert told.before["rate"] == 100
    assert told.before["p95"] == pytest.approx(0.01, rel=0.01)
    assert told.during["rate"] == 20
    assert told.during["p95"] == pytest.approx(0.2, rel=0.01)
    assert told.before["error_rate"] == told.during["error_rate"] == 0


def test_what_was_as_uneven_before_is_no_lack_of_recovery():
    uneven = [window(n, rate=100 if n % 2 else 60, p95=0.04 if n == 3 else 0.01) for n in range(10)]
    told = recovered(disturbed_run({"rate": 60}, {"p95": 0.04}, USUAL, before=uneven))
    assert isinstance(told, Disturbed)
    assert told.recovered == 0.0


def test_a_few_milliseconds_more_are_no_lack_of_recovery():
    quick = [window(n, p95=0.0005) for n in range(10)]
    told = recovered(disturbed_run(*[{"p95": 0.004}] * 3, before=quick))
    assert isinstance(told, Disturbed)
    assert told.recovered == 0.0


def test_errors_as_before_are_no_lack_of_recovery():
    failing = [window(n, errors=2) for n in range(10)]
    told = recovered(disturbed_run(*[{"errors": 2}] * 3, before=failing))
    assert isinstance(told, Disturbed)
    assert told.recovered == 0.0


def test_a_window_belongs_where_its_middle_is_and_before_only_as_a_whole():
    windows = disturbed_run(SLOW, *[USUAL] * 4)
    late = Disturbance(fault="reset", start=9.9, end=15.6, acted=True)
    told = recovered(windows, late)
    assert isinstance(told, Disturbed)
    assert told.recovered == pytest.approx(0.4)
    assert (told.before["rate"], told.during["rate"]) == (100, pytest.approx(33, abs=1))


def test_a_fault_shorter_than_a_window_shows_in_the_one_it_meets():
    short = Disturbance(fault="reset", start=12.2, end=12.3, acted=True)
    windows = [window(n, rate=20 if n == 12 else 100) for n in range(20)]
    told = recovered(windows, short)
    assert isinstance(told, Disturbed)
    assert (told.before["rate"], told.during["rate"]) == (100, 20)
    assert told.recovered == pytest.approx(0.7)


def test_what_is_left_when_the_load_has_ended_is_no_sign_of_the_server():
    windows = [*disturbed_run(USUAL, USUAL), window(17, rate=4, p95=0.9, users=0)]
    assert isinstance(recovered(windows), str)


@pytest.mark.parametrize(
    ("windows", "fault", "reason"),
    [
        (disturbed_run(USUAL), FAULT, "the run ended before it could be seen"),
        (disturbed_run(*[USUAL] * 3)[8:], FAULT, "before it too little was measured"),
        (
            disturbed_run(*[USUAL] * 3),
            Disturbance(fault="cut-mid-event", start=10.0, end=15.0, acted=False),
            "it had nothing to act on",
        ),
    ],
)
def test_where_nothing_can_be_compared_the_reason_is_told(windows, fault, reason):
    told = recovered(windows, fault)
    assert isinstance(told, str)
    assert told.startswith(f"{fault.fault} at 10 s: {reason}")


def test_each_fault_is_compared_with_what_no_other_disturbed_and_no_warm_up():
    windows = [
        *(window(second, rate=500, warm_up=True) for second in range(10)),
        *(window(second) for second in range(10, 20)),
        *(window(second, rate=5) for second in range(20, 22)),
        *(window(second) for second in range(22, 40)),
        *(window(second, rate=5) for second in range(40, 42)),
        *(window(second) for second in range(42, 50)),
    ]
    faults = [
        Disturbance(fault="latency", start=20.0, end=22.0, acted=True),
        Disturbance(fault="reset", start=40.0, end=42.0, acted=True),
    ]
    told = recoveries(windows, Disturbances(periods=faults, timeout=2.0))
    assert [each.recovered for each in told if isinstance(each, Disturbed)] == [0.0, 0.0]
    assert [each.before["rate"] for each in told if isinstance(each, Disturbed)] == [100, 100]


def test_a_server_that_never_recovers_is_not_excused_by_the_next_fault():
    windows = [*disturbed_run(*[SLOW] * 10), *(window(second) for second in range(25, 40))]
    faults = [FAULT, Disturbance(fault="reset", start=25.0, end=26.0, acted=True)]
    first, _second = recoveries(windows, Disturbances(periods=faults, timeout=1.0))
    assert isinstance(first, Disturbed)
    assert first.recovered is None


SEEN = Disturbances(periods=[FAULT], timeout=2.0)


@pytest.mark.parametrize(
    ("at", "disturbed"),
    [(9.9, False), (10.0, True), (15.0, True), (17.9, True), (18.1, False)],
)
def test_a_fault_disturbs_until_the_last_call_that_it_met_has_timed_out(at, disturbed):
    assert SEEN.disturbed(at) is disturbed


def test_lost_answers_are_a_faults_doing_and_crossed_ones_are_not():
    assert SEEN.excuses(Kind.LOST, 12.0)
    assert not SEEN.excuses(Kind.LOST, 30.0)
    assert not SEEN.excuses(Kind.LOST, None)
    assert not any(
        SEEN.excuses(kind, 12.0) for kind in (Kind.CROSSED, Kind.BLEEDING, Kind.DUPLICATED)
    )


@pytest.mark.parametrize(("at", "excused"), [(12.0, True), (None, True), (30.0, False)])
def test_altered_answers_are_the_doing_of_a_fault_that_alters_bytes(at, excused):
    garbage = Disturbance(fault="garbage:bytes=4", start=10.0, end=15.0, acted=True)
    assert Disturbances(periods=[garbage], timeout=2.0).excuses(Kind.ALTERED, at) is excused
    assert not SEEN.excuses(Kind.ALTERED, at)


def test_without_a_fault_nothing_is_excused():
    assert not Disturbances().excuses(Kind.LOST, 12.0)


@pytest.mark.parametrize(
    ("after", "first"), [([USUAL] * 6, 15), ([SLOW, *[USUAL] * 5], 16), ([SLOW] * 6, 18)]
)
def test_a_run_is_judged_by_what_is_left_when_faults_and_recoveries_are_taken_away(after, first):
    tally = LoadTally()
    for each in disturbed_run(*after):
        tally.take(Measurement(window=each))
    told = recovered(tally.windows)
    assert isinstance(told, Disturbed)
    everything = tally.judged.counts.ended
    tally.take(told)
    assert [each.start for each in tally.judged_windows] == [*range(10), *range(first, 21)]
    assert tally.judged.counts.ended == 100 * len(tally.judged_windows) < everything
    assert tally.total.counts.ended == everything


def test_what_budgets_judge_is_what_no_fault_disturbed():
    windows = [window(second) for second in range(30)]
    assert [each.start for each in SEEN.undisturbed(windows)] == [*range(9), *range(19, 30)]
