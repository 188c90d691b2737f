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
    assert (made.profile, made.users, made.rate) == ("steady", 16, None)
    assert made.operations == {"echo"}
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
    ],
)
def test_a_run_that_cannot_be_compared_is_told(tmp_path, members, said):
    with pytest.raises(UsageError) as error:
        read(tmp_path, whole(**members))
    assert said in str(error.value)


def test_a_file_that_is_not_there_is_told_with_its_option(tmp_path):
    with pytest.raises(UsageError, match=r"--baseline: run.json: No such file or directory"):
        read_saved_run(tmp_path / "run.json")


def test_the_same_load_is_compared(tmp_path):
    refuse_unlike(read(tmp_path, whole()), planned(duration=600.0, seed=7))


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
