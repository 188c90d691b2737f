import pytest

from mcp_proof_contracts.rule import Level
from mcp_proof_load.chaos.disturbance import Disturbance, Disturbances
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.ledger import ANSWERED, SENT, SILENT, Ledger
from mcp_proof_load.measuring.report import Example, Report, Silence
from mcp_proof_load.measuring.windows import Windows
from mcp_proof_load.verdicts import Seen, verdicts

TIMEOUT = 2.0


def seen(*, kinds=(), rules=(), silent=(), unkept=0, faults=(), shown=True):
    """A run of ten seconds with a hundred good calls in each, and what was odd besides."""
    ledger, reports, windows = Ledger.in_memory(["echo"]), Windows(0, 60), []
    for kind in kinds:
        ledger.violated(0, kind)
    for second in range(1, 11):
        ledger.add(0, SENT, 200)
        ledger.add(0, ANSWERED, 200)
        for _ in range(200):
            ledger.time(0, 0.001)
        if second == 10:
            ledger.add(0, SILENT, len(silent) + unkept)
        reports.report(
            Report(
                worker="a",
                rows=ledger.read(),
                users=4,
                at=second,
                began=1e9,
                examples=[
                    *(Example(kind=k, operation="echo", message=k) for k in kinds if shown),
                    *(
                        Example(kind=Kind.RULE, operation="echo", message="bad", rule=r, level=v)
                        for r, v in rules
                    ),
                ],
                breaches={"echo": {rule: 5 for rule, _ in rules}} if rules else {},
                silences=[Silence(operation="echo", sent_at=1e9 + at) for at in silent],
            ),
            second,
        )
        windows.append(reports.close(second))
    return verdicts(
        Seen(
            reports=reports,
            windows=windows,
            samples=(),
            lazy=False,
            disturbances=Disturbances(periods=faults, timeout=TIMEOUT),
            warm_up=0.0,
            timeout=TIMEOUT,
            level=True,
        )
    )


def kinds_of(judgement):
    return [each.kind for each in judgement.violated]


def test_nothing_odd_is_no_violation():
    assert seen().violated == ()


@pytest.mark.parametrize("kind", [Kind.CROSSED, Kind.BLEEDING, Kind.DUPLICATED, Kind.ALTERED])
def test_each_kind_is_told_once_for_an_operation_with_its_number(kind):
    (violated,) = seen(kinds=[kind] * 3).violated
    assert (violated.kind, violated.operation, violated.times) == (kind, "echo", 3)


def test_what_a_lost_process_has_only_counted_is_told_too():
    (violated,) = seen(kinds=[Kind.CROSSED], shown=False).violated
    assert (violated.kind, violated.times) == (Kind.CROSSED, 1)


def test_a_rules_objections_that_a_lost_process_has_only_counted_are_told_too():
    (violated,) = seen(kinds=[Kind.RULE] * 3, shown=False).violated
    assert (violated.kind, violated.times, violated.rule) == (Kind.RULE, 3, "")


def test_each_rule_is_told_with_its_level():
    both = seen(rules=[("one-rule", "MUST"), ("another", "SHOULD")]).violated
    assert [(each.rule, each.level, each.times) for each in both] == [
        ("one-rule", Level.MUST, 5),
        ("another", Level.SHOULD, 5),
    ]


def test_a_call_that_others_overtook_is_lost():
    (violated,) = seen(silent=[1.5, 2.5]).violated
    assert (violated.kind, violated.times) == (Kind.LOST, 2)


def test_a_call_that_nobody_overtook_is_not_judged_and_that_is_said():
    judgement = seen(silent=[9.9])
    assert judgement.violated == ()
    assert any(each.startswith("lost") for each in judgement.untested)


def test_calls_without_answer_of_which_no_time_is_known_are_not_judged_and_that_is_said():
    (told,) = (each for each in seen(silent=[1.5], unkept=7).untested if each.startswith("lost"))
    assert told == ("lost: calls without an answer of which it is not known when they were sent: 7")
    assert not any(each.startswith("lost") for each in seen(silent=[1.5]).untested)


def test_what_a_fault_may_have_swallowed_is_not_the_servers():
    fault = Disturbance(fault="reset", start=1.0, end=2.0, acted=True)
    assert kinds_of(seen(silent=[1.5], faults=[fault])) == []
    assert kinds_of(seen(silent=[7.5], faults=[fault])) == [Kind.LOST]
    assert kinds_of(seen(kinds=[Kind.CROSSED], faults=[fault])) == [Kind.CROSSED]
