"""Which calls were lost, and which only met a slow server."""

from dataclasses import replace

from made_windows import measured, window

from mcp_proof_load.correctness.lost import SilentCall, lost
from mcp_proof_load.events import Kind


def quick(at, many=30, **members):
    return window(float(at), [0.01] * many, **members)


def silent(sent_at, operation="echo", timeout=10.0):
    return SilentCall(operation=operation, sent_at=sent_at, timeout=timeout)


def test_a_call_without_answer_is_lost_where_later_ones_are_answered_at_once():
    found = lost([silent(3.5)], [quick(at) for at in range(20)])
    assert found.slow == ()
    (violated,) = found.violated
    assert (violated.kind, violated.times, violated.operation) == (Kind.LOST, 1, "echo")
    assert violated.at == 3.5
    assert violated.message == "calls of echo were never answered, while later ones were at once"
    assert violated.actual == (
        "nothing within 10 s for calls sent at 3.5 s; meanwhile at least 100 others of it "
        "were answered, their p99 below 10 % of that time"
    )


def test_each_operation_is_told_by_itself_with_its_times():
    calls = [silent(float(at)) for at in range(7)] + [silent(2.0, "add")]
    both = {name: measured([0.01] * 30) for name in ("echo", "add")}
    found = lost(calls, [replace(quick(at), operations=both) for at in range(30)])
    assert [(each.operation, each.times, each.at) for each in found.violated] == [
        ("add", 1, 2.0),
        ("echo", 7, 0.0),
    ]
    assert "sent at 0.0 s, 1.0 s, 2.0 s, 3.0 s, 4.0 s and 2 more;" in found.violated[1].actual


def stays(call, windows):
    found = lost([call], windows)
    assert not found.violated
    return found.slow == (call,)


def test_a_call_stays_an_error_where_the_server_was_slow():
    assert stays(silent(3.5), [window(float(at), [0.01] * 28 + [2.0] * 2) for at in range(20)])


def test_a_slow_tool_is_not_accused_for_the_quick_ones_beside_it():
    def of_two(at, slow):
        operations = {"fast": measured([0.001] * 500), "slow": measured(slow)}
        return replace(window(float(at), []), operations=operations)

    windows = [of_two(at, [9.5] * 3 if at >= 9 else []) for at in range(40)]
    assert stays(silent(3.5, "slow"), windows)
    assert stays(silent(12.5, "slow"), windows)
    quick_both = [of_two(at, [0.001] * 20) for at in range(40)]
    (violated,) = lost([silent(3.5, "slow")], quick_both).violated
    assert violated.operation == "slow"


def test_a_call_stays_an_error_where_nobody_else_called_its_operation():
    assert stays(silent(3.5, "once"), [quick(at) for at in range(20)])


def test_a_call_stays_an_error_where_the_server_answered_nobody():
    assert stays(silent(3.5), [window(float(at), [], silent=30) for at in range(20)])
    assert stays(silent(3.5), [quick(at, 30 if at < 4 else 0) for at in range(20)])


def test_a_call_stays_an_error_where_too_few_others_were_answered():
    assert stays(silent(3.5), [quick(at, 11) for at in range(20)])


def test_only_what_was_measured_while_the_call_waited_counts():
    assert stays(silent(10.5), [quick(at, 1000) for at in range(10)])
    assert stays(silent(0.0, timeout=5.0), [quick(at, 0 if at < 5 else 1000) for at in range(20)])


def test_a_server_that_died_for_good_has_lost_nothing_that_was_sent_in_the_end():
    windows = [quick(at) for at in range(10)] + [window(float(at), []) for at in range(10, 20)]
    calls = [silent(at / 4) for at in range(4 * 9, 4 * 10)]
    assert lost(calls, windows).violated == ()


def test_without_silent_calls_nothing_is_lost():
    found = lost([], [quick(1)])
    assert (found.violated, found.slow) == ((), ())


def test_many_silent_calls_are_judged_quickly():
    calls = [silent(at / 100) for at in range(5000)]
    assert lost(calls, [quick(at) for at in range(70)]).violated[0].times == 5000
