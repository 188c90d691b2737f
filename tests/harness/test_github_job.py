"""What a job of GitHub Actions is told without being asked: a summary, and annotations."""

import sys

import pytest
from runs import MUST, passed, run, violated

from mcp_proof.cli import main
from mcp_proof.reports import FORMATS
from mcp_proof.reports.github import tell_github
from mcp_proof.reports.markdown_text import LIMIT

RUNS = [run(violated(MUST))]


@pytest.fixture
def job(tmp_path):
    """The environment of a job; its summary is the file `summary` of the folder."""
    summary = tmp_path / "summary"
    return {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}


def test_the_summary_grows_by_each_command_of_the_step(job, tmp_path):
    tell_github(RUNS, job)
    tell_github([run(passed(MUST))], job)
    shown = (tmp_path / "summary").read_bytes()
    assert shown == b"".join(b"\n" + FORMATS["markdown"](r) for r in (RUNS, [run(passed(MUST))]))


def test_annotations_are_printed(job, capsys):
    tell_github(RUNS, job)
    assert capsys.readouterr().out.startswith(f"::error title=MUST {MUST}::")


@pytest.mark.parametrize("said", [{}, {"GITHUB_ACTIONS": "false"}])
def test_outside_of_a_job_nothing_is_told(job, said, tmp_path, capsys):
    del job["GITHUB_ACTIONS"]
    tell_github(RUNS, {**job, **said})
    assert not (tmp_path / "summary").exists()
    assert capsys.readouterr() == ("", "")


def test_what_others_wrote_into_the_summary_counts_for_its_limit(job, tmp_path):
    summary = tmp_path / "summary"
    for before in (LIMIT, LIMIT - 1, LIMIT - 300):
        summary.write_bytes(b"x" * before)
        tell_github(RUNS, job)
        assert before <= summary.stat().st_size <= LIMIT
    assert b"This summary is cut here" in summary.read_bytes()


def test_a_summary_that_cannot_be_written_is_told_and_the_annotations_are_printed(job, capsys):
    tell_github(RUNS, {**job, "GITHUB_STEP_SUMMARY": "/nowhere/summary"})
    shown = capsys.readouterr()
    assert shown.err == "mcp-proof: no summary in /nowhere/summary: No such file or directory\n"
    assert shown.out.startswith("::error")


def test_verify_tells_the_job_also_when_the_server_is_lost(job, tmp_path, monkeypatch, capsys):
    for name, value in job.items():
        monkeypatch.setenv(name, value)
    mock = [sys.executable, "-m", "mcp_proof_mocks", "everything", MUST]
    assert main(["verify", "--only", MUST, "--revision", "2025-11-25", "--", *mock]) == 1
    assert f"\n::error title=MUST {MUST}::" in capsys.readouterr().out
    assert main(["verify", "--", "no-such-command-anywhere"]) == 3
    assert "::error title=the server could not be verified::" in capsys.readouterr().out
    summary = (tmp_path / "summary").read_text()
    assert summary.count("\n## ") == 2
    assert "The server could not be verified." in summary
