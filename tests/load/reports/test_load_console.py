"""What a terminal shows of a run while it goes on, and in the end."""

import io

import pytest
from load_runs import (
    LOST_WORKER,
    SAMPLES,
    UNJUDGED,
    WINDOWS,
    crossed,
    cut_run,
    disturbed,
    limit,
    load_run,
    lost_run,
    measured,
    planned,
    window,
)
from rich.console import Console
from runs import HOSTILE

from mcp_proof.events import RunStarted
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_load.events import LoadFinished, Measurement
from mcp_proof_load.reports.console import LoadConsole

STARTED = RunStarted(peer="p", transport="http", started="2026-01-02T03:04:05+00:00")
FINISHED = LoadFinished(seconds=1.0, interrupted=False, faults=())


def never(_seconds, _call):
    return lambda: None


def summary(run, *, quiet: bool = False) -> str:
    console = Console(file=io.StringIO(), width=120)
    LoadConsole(console, run.mask, quiet=quiet, later=never).summarize(run)
    return console.file.getvalue()


def watched(*events, terminal: bool = False, quiet: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=100, height=30, force_terminal=terminal, color_system=None
    )
    with LoadConsole(console, Mask(["hunter2-hunter2"]), quiet=quiet, later=never) as report:
        for event in events:
            report.take(event)
    return console.file.getvalue()


def test_the_summary_begins_with_the_verdict_and_ends_with_what_next():
    shown = summary(load_run())
    assert shown.startswith("\nThe run passes: no violation in 8 calls at 4 calls/s.\n")
    last = shown.splitlines()[-1]
    assert last.strip().startswith("save this run, to compare others: --report json=run.json")


def test_latencies_stand_in_a_table_with_all_together():
    rows = [line.split() for line in summary(load_run()).splitlines()]
    assert ["operation", "calls", "errors", "p50", "p95", "p99", "max"] in rows
    assert ["echo", "6", "0", "2", "ms", "3", "ms", "3", "ms", "3", "ms"] in rows
    assert ["all", "8", "0", "2", "ms", "8.02", "ms", "8.02", "ms", "8.02", "ms"] in rows


def test_violations_and_limits_have_what_was_expected_and_what_came():
    shown = summary(load_run(crossed(), budget=(limit(value=12.5), limit("p99", 8.0))))
    assert "\nMUST   crossed echo\n  an answer came to somebody who had not asked\n" in shown
    assert "    expected  mcpp-0000000000001-0000000000002\n" in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["p95", "12.5", "ms", "10", "ms", "not", "kept"] in rows
    assert ["p99", "8", "ms", "10", "ms", "ok"] in rows


def test_a_limit_that_cannot_be_told_from_noise_is_not_judged():
    shown = summary(load_run(budget=(UNJUDGED,)))
    (row,) = [line.split() for line in shown.splitlines() if "relative.p95" in line]
    assert row[:7] == ["relative.p95", "80", "ms", "10", "ms", "not", "judged"]
    assert "too short to" in shown


def test_what_happened_beside_and_what_was_not_judged_is_told():
    plan = planned(check=0.0, untested=("add: its answers hold no marker",))
    shown = summary(load_run(disturbed(recovered=None), LOST_WORKER, plan=plan))
    assert "reset-connection from 1.5 s for 500 ms: never recovered; 1 calls/s" in shown
    assert "worker-2: what it did since its last report is not counted; of at most 4" in shown
    assert "  rule: no exchange was kept for the rules: --check 0.01" in shown
    assert "  add: its answers hold no marker\n" in shown
    assert "memory: 41 MiB at first, 43 MiB at last, at most 43 MiB" in shown


def test_what_a_profile_found_and_what_went_wrong_with_calls_is_told():
    complaints = {"connection refused": 3, **{f"error {number}": 9 for number in range(12)}}
    shown = summary(load_run(found=("the knee is at 40 users",), complaints=complaints))
    assert "  the knee is at 40 users\n" in shown
    assert "  9 times: error 0\n" in shown
    assert "  and 3 more: the JSON report has them all\n" in shown
    assert "refused" not in shown


def test_of_a_long_list_of_names_the_reason_stays():
    told = f"{', '.join(f'tool_{number}' for number in range(200))}: not declared read-only"
    shown = summary(load_run(plan=planned(untested=(told,))))
    assert "  tool_0, tool_1" in shown
    assert "tool_199: not declared read-only\n" in shown
    assert "tool_100," not in shown


@pytest.mark.parametrize("run", [lost_run(), cut_run(), load_run(windows=())])
def test_a_run_without_calls_says_that_nothing_was_judged(run):
    shown = summary(run)
    assert shown.startswith("\nNothing was judged: ")
    assert "crossed, bleeding, duplicated, lost, altered, rule, growth, slowing: no call" in shown
    assert "p95" not in shown


def test_quietly_only_the_verdict_and_what_fails_is_printed():
    run = load_run(crossed(), budget=(limit(value=12.5), limit("p99", 8.0)))
    shown = summary(run, quiet=True)
    assert "crossed echo" in shown
    assert "not kept" in shown
    assert "p99" not in shown
    assert "expected" not in shown
    assert "what next" not in shown
    assert summary(load_run(), quiet=True).count("\n") == 2


def test_a_log_gets_a_line_in_five_seconds_of_the_run():
    windows = [Measurement(window=window(float(at), echo=measured(1.0))) for at in range(12)]
    shown = watched(STARTED, planned(duration=12.0), *windows, FINISHED).splitlines()
    assert shown[0] == "steady: 4 users for 12 s, 1 s of it warm-up"
    assert [line.partition(";")[0] for line in shown[1:]] == [
        "5 of 12 s: 4 users, 1 calls/s",
        "10 of 12 s: 4 users, 1 calls/s",
    ]
    assert shown[1].endswith("5 calls, 0 % errors; p50 1 ms, p95 1 ms, p99 1 ms")


def test_a_terminal_gets_a_table_that_is_wiped(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    moments = [Measurement(window=each) for each in WINDOWS]
    events = (moments[0], SAMPLES[0], crossed(), moments[1], *SAMPLES[1:], moments[2])
    shown = watched(STARTED, planned(), *events, terminal=True)
    first, *_, last = shown.split("operation")
    assert "1 of 3 s (warm-up): 4 users, 3 calls/s" in first
    assert "3 crossed answers" in last
    assert "memory 40 MiB → 43 MiB" in last
    # What was measured in the warm-up is not among what is shown later.
    assert last.split("\n")[1].split()[:5] == ["echo", "6", "0", "2", "ms"]
    assert shown.endswith("\x1b[1A\x1b[2K")


def test_in_ci_nothing_is_wiped(monkeypatch):
    monkeypatch.setenv("CI", "true")
    moments = [Measurement(window=each) for each in WINDOWS]
    assert "\x1b[1A" not in watched(STARTED, planned(), *moments, terminal=True)


def test_quietly_nothing_is_shown_before_the_end():
    moments = [Measurement(window=window(5.0 * at, echo=measured(1.0))) for at in range(4)]
    assert watched(STARTED, planned(), *moments, FINISHED, terminal=True, quiet=True) == ""


def test_nothing_foreign_is_obeyed_and_no_secret_shown(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    name = f"[red]hunter2-hunter2[/] {HOSTILE}"
    moment = Measurement(window=window(1.0, **{name: measured(1.0)}))
    live = watched(STARTED, moment, terminal=True)
    run = load_run(crossed(message=name, operation=name), secrets=("hunter2-hunter2",))
    for shown in (live, summary(run)):
        assert "hunter2" not in shown
        assert "\x1b[2J" not in shown
        assert "\n::error" not in shown
        assert "[red]" in shown
