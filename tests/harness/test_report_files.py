"""The files of reports: what becomes of the others when one of them cannot be made."""

import json
from pathlib import Path

import pytest
from runs import MUST, run, violated

from mcp_proof.cli import main, report_files
from mcp_proof.cli.report_files import write_reports
from mcp_proof.errors import UsageError

FULL = "/dev/full"


@pytest.fixture
def summary(monkeypatch):
    """What a job of GitHub is told."""
    told = []
    monkeypatch.setattr(report_files, "tell_github", told.append)
    return told


def broken(_runs: object) -> bytes:
    raise ZeroDivisionError


@pytest.mark.parametrize("names", [("json", "junit"), ("junit", "json")])
def test_a_file_that_cannot_be_written_costs_no_other_report(names, summary, tmp_path):
    runs, whole = [run(violated(MUST))], tmp_path / "whole"
    with pytest.raises(UsageError, match=f"cannot write {FULL}: No space left"):
        write_reports({names[0]: Path(FULL), names[1]: whole}, runs)
    assert MUST in whole.read_text()
    assert summary == [runs]


@pytest.mark.parametrize("names", [("broken", "json"), ("json", "broken")])
def test_a_report_that_fails_itself_costs_no_other(names, summary, tmp_path, monkeypatch):
    monkeypatch.setattr(report_files, "FORMATS", {**report_files.FORMATS, "broken": broken})
    runs = [run(violated(MUST))]
    with pytest.raises(ZeroDivisionError):
        write_reports({name: tmp_path / name for name in names}, runs)
    assert json.loads((tmp_path / "json").read_bytes())["counts"]["violated"] == 1
    assert summary == [runs]


def test_why_a_server_was_lost_is_told_even_when_no_report_can_be_written(capsys):
    assert main(["verify", f"--report=json={FULL}", "--", "no-such-command-anywhere"]) == 2
    told = capsys.readouterr().err
    assert "cannot start 'no-such-command-anywhere'" in told
    assert f"cannot write {FULL}" in told
