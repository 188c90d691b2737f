"""The summary of a job: the verdict first, and nothing foreign that is obeyed."""

import io
from contextlib import redirect_stdout
from html import unescape

from load_runs import LOST_WORKER, UNJUDGED, crossed, disturbed, limit, load_run, lost_run, planned
from markdown_it import MarkdownIt
from runs import HOSTILE

from mcp_proof_load.reports import FORMATS
from mcp_proof_load.reports.github import tell_github
from mcp_proof_load.reports.markdown import markdown_report

PLENTY = load_run(
    crossed(),
    disturbed(),
    LOST_WORKER,
    budget=(limit(), limit("p99", 80.0, relative_to=9.0, why="Mann-Whitney: p = 0.01")),
    plan=planned(check=0.0, untested=("add: its answers hold no marker",)),
    complaints={"connection refused": 2},
)


def summary(*runs) -> str:
    return FORMATS["markdown"](runs).decode()


def html_of(*runs) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(summary(*runs))


def test_it_begins_with_the_verdict():
    assert summary(load_run()).startswith(
        "## ✓ mcp-proof load: passes\n\nThe run passes: no violation in 8 calls at 4 calls/s.\n"
    )
    assert summary(PLENTY).startswith("## ✗ mcp-proof load: fails\n")


def test_a_limit_that_cannot_be_told_from_noise_is_not_judged():
    told = summary(load_run(budget=(UNJUDGED,)))
    assert "| 80 ms | 10 ms | not judged | the saved run has 9 ms" in told
    assert told.startswith("## ✓")


def test_limits_and_operations_are_tables():
    page = html_of(PLENTY)
    assert page.count("<table>") == 2
    assert "the saved run has 9 ms; Mann-Whitney: p = 0.01" in page
    assert "80 ms" in page


def test_what_happened_beside_is_told():
    page = unescape(html_of(PLENTY))
    assert "reset-connection from 1.5 s for 500 ms: recovered after 250 ms" in page
    assert "worker worker-2 was lost" in page
    assert "memory: 41 MiB at first, 43 MiB at last" in page
    assert "2 times: connection refused" in page
    assert "1 kind of violation not judged, and why" in page
    assert "add: its answers hold no marker" in page


def test_nothing_foreign_becomes_markup():
    plan = planned(operations={HOSTILE: 1}, untested=(HOSTILE,))
    run = load_run(crossed(message=HOSTILE, operation=HOSTILE), plan=plan, name=HOSTILE)
    page = html_of(run)
    assert "<script>" not in page
    assert "<a " not in page
    assert "<h1>" not in page


def test_it_is_as_short_as_it_must_be():
    assert len(markdown_report([PLENTY], 300)) <= 300


def test_a_job_is_told_by_annotations_and_a_summary(tmp_path):
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    with redirect_stdout(io.StringIO()) as out:
        tell_github([PLENTY], environment)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("::error title=under load%3A crossed echo::an answer came to")
    assert lines[1].startswith("::error title=budget not kept%3A p99::80 ms, the limit is 10 ms")
    assert "fails" in (tmp_path / "summary").read_text()


def test_a_job_is_not_told_to_fail_by_a_limit_that_is_not_judged():
    with redirect_stdout(io.StringIO()) as out:
        tell_github([load_run(budget=(UNJUDGED,))], {"GITHUB_ACTIONS": "true"})
    assert "::error" not in out.getvalue()


def test_a_job_is_told_that_nothing_was_judged():
    with redirect_stdout(io.StringIO()) as out:
        tell_github([lost_run(), load_run(windows=())], {"GITHUB_ACTIONS": "true"})
    shown = out.getvalue()
    assert "the server could not be loaded to the end" in shown
    assert "Nothing was judged: no call came to an end." in shown


def test_outside_of_a_job_nothing_is_printed():
    with redirect_stdout(io.StringIO()) as out:
        tell_github([PLENTY], {})
    assert out.getvalue() == ""
