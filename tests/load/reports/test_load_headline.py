"""The one sentence that everybody reads: it never says more than was seen."""

import pytest
from load_runs import (
    UNJUDGED,
    crossed,
    cut_run,
    limit,
    load_run,
    lost_run,
    measured,
    planned,
    window,
)

from mcp_proof.reports.headline import Standing
from mcp_proof_contracts.rule import Level
from mcp_proof_load.events import Kind
from mcp_proof_load.reports.headline import headline, headlines, overall, standing
from mcp_proof_load.reports.next_steps import next_steps
from mcp_proof_load.reports.unjudged import by_reason, narrowed, unjudged

REFUSED = window(1.0, echo=measured(broken=5))


def test_a_run_passes_with_how_much_was_called():
    run = load_run()
    assert headline(run) == "The run passes: no violation in 8 calls at 4 calls/s."
    assert standing(run) is Standing.PASSES


def test_a_run_fails_by_a_violation_and_by_a_limit():
    run = load_run(crossed(), budget=(limit(), limit("p99", 80.0)))
    told = "The run fails: 3 crossed answers in 8 calls at 4 calls/s; 1 of 2 limits not kept."
    assert headline(run) == told
    assert standing(run) is Standing.FAILS
    assert headline(load_run(budget=(limit("p99", 80.0),))).endswith("; 1 limit not kept.")


def test_a_limit_that_cannot_be_told_from_noise_is_neither_kept_nor_failed():
    run = load_run(budget=(limit(), UNJUDGED))
    assert headline(run).endswith("; 1 limit kept; 1 limit could not be told from noise.")
    assert standing(run) is Standing.PASSES
    only = headline(load_run(budget=(UNJUDGED, UNJUDGED)))
    assert only.endswith("calls/s; 2 limits could not be told from noise.")
    failing = load_run(budget=(limit(), limit("p99", 80.0), UNJUDGED))
    assert "; 1 of 2 limits not kept; 1 limit could not" in headline(failing)
    assert standing(failing) is Standing.FAILS
    assert "longer" in next(next_steps(run))


def test_what_only_warns_fails_nothing_and_is_said():
    run = load_run(crossed(kind=Kind.RULE, rule="tools-name", times=9, level=Level.SHOULD))
    assert headline(run).startswith("The run passes: 1 broken rule (a warning only) in 8 calls")


def test_errors_are_said_even_where_no_limit_is_set():
    run = load_run(windows=(window(1.0, echo=measured(1.0, 2.0, 3.0, failed=1)),))
    assert headline(run).endswith("; 1 call ended badly (25 %).")


@pytest.mark.parametrize(
    ("run", "why"),
    [
        (lost_run(), "the server could not be loaded"),
        (cut_run(), "no call came to an end"),
        (load_run(windows=()), "no call came to an end"),
        (
            load_run(windows=(), interrupted=True),
            "the run was interrupted before any call came to an end",
        ),
        (load_run(windows=(REFUSED,)), "none of 5 calls had a good answer"),
        (
            load_run(windows=(window(0.0, warm_up=True, echo=measured(1.0)), REFUSED)),
            "no call had a good answer after the warm-up",
        ),
    ],
)
def test_without_good_answers_nothing_was_judged_and_nothing_passes(run, why):
    assert headline(run) == f"Nothing was judged: {why}."
    assert standing(run) is Standing.INCOMPLETE


@pytest.mark.parametrize(
    ("finished", "begins"),
    [
        ({"lost": "it went away"}, "The server could not be loaded to the end: no violation in 8"),
        ({"interrupted": True}, "The run was interrupted, and only what was done is told: no"),
        ({"faults": ("Traceback",)}, "mcp-proof itself failed, so that violations may be missing"),
    ],
)
def test_what_kept_a_run_from_its_end_comes_first(finished, begins):
    run = load_run(**finished)
    assert headline(run).startswith(begins)
    assert standing(run) is Standing.INCOMPLETE


def test_several_runs_are_told_together_by_the_worst():
    runs = [load_run(), load_run(crossed()), lost_run()]
    assert headlines(runs) == "3 runs: 1 passes, 1 is incomplete, 1 fails."
    assert overall(runs) is Standing.FAILS


def test_kinds_that_could_not_be_judged_have_a_reason_and_are_counted():
    plan = planned(check=0.0, untested=("crossed, altered: no tool takes a marker", "add: slow"))
    run = load_run(plan=plan, samples=())
    assert headline(run).endswith("; 4 kinds of violation could not be judged.")
    assert list(unjudged(run)) == [Kind.CROSSED, Kind.ALTERED, Kind.RULE, Kind.GROWTH]
    assert by_reason(run)["no tool takes a marker"] == ["crossed", "altered"]
    assert narrowed(run) == ["add: slow"]


def test_what_was_seen_was_judged_whatever_was_said_before():
    run = load_run(crossed(), plan=planned(untested=("crossed: no tool takes a marker",)))
    assert Kind.CROSSED not in unjudged(run)


def test_what_turned_out_in_the_end_counts_as_untested_too():
    run = load_run(untested=("slowing: the profile is not level",))
    assert unjudged(run) == {Kind.SLOWING: "the profile is not level"}


def test_trends_of_an_interrupted_run_are_not_judged():
    assert set(unjudged(load_run(interrupted=True))) == {Kind.GROWTH, Kind.SLOWING}


def test_the_next_step_suits_what_happened():
    assert "--budget" in next(next_steps(load_run()))
    assert "--baseline run.json" in next(next_steps(load_run(budget=(limit(),))))
    assert "verify" in next(next_steps(lost_run()))
    assert not any("--baseline" in step for step in next_steps(lost_run()))
    assert "html" in next(next_steps(load_run(crossed())))
    late = window(1.0, echo=measured(1.0, late=1))
    assert "--users" in next(next_steps(load_run(windows=(late,))))
