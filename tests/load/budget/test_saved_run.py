"""Saved runs: what is read of them, and what is refused."""

import json

import pytest
from made_runs import planned, report, saved, tally
from made_windows import run, window

from mcp_proof.errors import UsageError
from mcp_proof_load.budget.saved_run import read_saved_run, refuse_unlike


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read(tmp_path, made):
    return read_saved_run(saved(tmp_path / "run.json", made))


def whole(**members):
    return {**report(tally(run(1, seconds=10, failed=lambda _at: 1))), **members}


def test_a_saved_run_has_its_windows_without_the_warm_up(tmp_path):
    made = read(tmp_path, whole())
    assert len(made.stretches) == 10
    assert made.errors == 10
    assert (made.load.profile, made.load.users, made.load.rate) == ("steady", 16, None)
    assert made.load.operations == {"echo": 1}
    assert made.latency_ms["p95"] == pytest.approx(22, rel=0.1)


def test_a_window_without_answers_has_no_latency(tmp_path):
    windows = [*run(1, seconds=10), window(15.0, [], silent=3)]
    made = read(tmp_path, report(tally(windows)))
    assert made.stretches[-1].latency_ms == {}
    assert made.stretches[-1].errors == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "run.json: this is no JSON: "),
        ("[]", "run.json: this is no report, and not the JSON report of `mcp-proof load`"),
        ('{"command": "verify"}', "run.json: this is the report of `verify`, and not the JSON"),
        ('{"command": "load", "runs": []}', "this report holds several runs; save one of a single"),
        ('{"command": "load"}', "this report of a load run is not whole; save one with --report"),
        ('{"command": "load", "planned": 5}', "this report of a load run is not whole"),
    ],
)
def test_what_is_no_saved_run_is_told(tmp_path, text, said):
    file = tmp_path / "run.json"
    file.write_text(text)
    with pytest.raises(UsageError) as error:
        read_saved_run(file)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"interrupted": True}, "did not come to its end, nothing compares: it was interrupted"),
        ({"lost": "it died"}, "did not come to its end, nothing compares: it died"),
        ({"windows": [{"warm_up": False, "ended": "many"}]}, "is not whole"),
        (
            {"percentiles": {"latency": {"p50_ms": None, "p95_ms": None, "p99_ms": None}}},
            "no call was answered in this run after its warm-up",
        ),
        (
            {"percentiles": {"latency": {"p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": None}}},
            "is not whole; save one with --report json=FILE: it has no p99 of all calls",
        ),
    ],
)
def test_a_run_that_cannot_be_compared_is_told(tmp_path, members, said):
    with pytest.raises(UsageError) as error:
        read(tmp_path, whole(**members))
    assert said in str(error.value)


def test_a_file_that_is_not_there_is_told_with_its_option(tmp_path):
    with pytest.raises(UsageError, match=r"--baseline: run.json: No such file or directory"):
        read_saved_run(tmp_path / "run.json")


def test_a_run_of_fewer_than_five_windows_with_calls_is_refused(tmp_path):
    short = [*run(1, seconds=4), *(window(float(at), []) for at in range(9, 15))]
    with pytest.raises(UsageError) as error:
        read(tmp_path, report(tally(short)))
    assert str(error.value) == (
        "run.json: this run is too short to compare others with: it has 4 windows with calls after "
        "its warm-up, and 5 are needed. Save one of --duration 6 or more"
    )
    assert len(read(tmp_path, report(tally(run(1, seconds=5)))).stretches) == 5


def test_the_same_load_is_compared(tmp_path):
    then = read(tmp_path, whole())
    refuse_unlike(then, planned(seed=7, processes=4, check=0.5))
    refuse_unlike(then, planned(duration=90.0, warm_up=30.0))
    refuse_unlike(then, planned(duration=5 + 72.0))
    refuse_unlike(then, planned(operations={"echo": 3}))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"profile": "soak"}, "profile steady, now soak"),
        ({"users": 8}, "users 16, now 8"),
        ({"rate": 50.0}, "rate none, now 50 calls/s"),
        ({"arrivals": "poisson"}, "arrivals none, now poisson"),
        ({"think": "0.5"}, "think time none, now 0.5"),
        ({"connections": 4}, "connections 0, now 4"),
        ({"recording": "ab12"}, "recording none, now ab12"),
        ({"speed": 2.0}, "speed 1, now 2"),
        ({"user_kinds": {"caller": 1}}, "user kinds: now also caller"),
        ({"operations": {"echo": 1, "add": 1}}, "operations: now also add"),
        ({"operations": {"add": 1}}, "operations: now also add, no longer echo"),
        ({"duration": 5 + 73.0}, "duration 60 s, now 73 s"),
        ({"duration": 5 + 47.0}, "duration 60 s, now 47 s"),
    ],
)
def test_each_thing_that_makes_another_load_is_refused(tmp_path, members, said):
    with pytest.raises(UsageError) as error:
        refuse_unlike(read(tmp_path, whole()), planned(**members))
    assert f"nothing can be compared: {said}. Load as then" in str(error.value)


def test_other_weights_are_another_load(tmp_path):
    then = report(tally(run(1, seconds=10), operations={"echo": 2, "add": 4}))
    refuse_unlike(read(tmp_path, then), planned(operations={"add": 2, "echo": 1}))
    with pytest.raises(UsageError, match=r"weights of operations add \(4\), echo \(2\), now add"):
        refuse_unlike(read(tmp_path, then), planned(operations={"add": 1, "echo": 1}))


def test_tools_that_came_are_answered_with_the_option_that_chooses(tmp_path):
    with pytest.raises(
        UsageError, match=r"Load as then \(--tool NAME chooses what is called\), or"
    ):
        refuse_unlike(read(tmp_path, whole()), planned(operations={"echo": 1, "add": 1}))


def test_an_older_report_is_compared_by_what_it_has(tmp_path):
    older = whole()
    names = {"profile", "users", "rate", "operations"}
    older["planned"] = {name: older["planned"][name] for name in names}
    then = read(tmp_path, older)
    now = planned(think="1", connections=3, duration=500.0, user_kinds={"churner": 1})
    refuse_unlike(then, now)
    with pytest.raises(UsageError, match="users 16, now 3"):
        refuse_unlike(then, planned(users=3))


def test_a_rate_is_compared_as_reports_have_it(tmp_path):
    made = whole()
    made["planned"]["rate"] = 0.333
    refuse_unlike(read(tmp_path, made), planned(rate=1 / 3))


def test_another_load_is_refused_and_all_that_differs_is_told(tmp_path):
    with pytest.raises(UsageError) as error:
        refuse_unlike(read(tmp_path, whole()), planned(profile="soak", users=8, rate=50.0))
    assert str(error.value) == (
        "run.json: this run was another load, and nothing can be compared: profile steady, now "
        "soak; users 16, now 8; rate none, now 50 calls/s. Load as then, or save a new run with "
        "--report json=FILE"
    )


def test_no_member_that_is_missing_ends_in_a_traceback(tmp_path):
    for name in report(tally(run(1, seconds=10))):
        made = whole()
        del made[name]
        try:
            read(tmp_path, json.loads(json.dumps(made)))
        except UsageError as error:
            assert "run.json: this" in str(error)  # noqa: PT017
