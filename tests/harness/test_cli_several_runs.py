"""`mcp-proof verify` with several revisions and several servers: one report, one exit code."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from lxml import etree

from mcp_proof.cli import main
from mcp_proof.reports.console import ConsoleReport
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.transcript import from_ndjson

RULE = "meta-unknown-keys-tolerated"
MODULE = [sys.executable, "-m", "mcp_proof_mocks"]
OFFERED = ("2025-03-26", "2025-06-18")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def old(tmp_path) -> list[str]:
    """A server of two revisions."""
    contract = {"info": {"name": "old", "version": "1"}, "revisions": [*OFFERED]}
    (tmp_path / "old.yaml").write_text(json.dumps(contract))
    return [*MODULE, "./old.yaml"]


def verify(*arguments: str, server: list[str] | None = None) -> int:
    command = ["--", *server] if server else []
    return main(["verify", "--timeout", "5", "--only", RULE, *arguments, *command])


def servers(**commands: list[str]) -> str:
    """A desktop configuration."""
    entries = {name: {"command": c[0], "args": c[1:]} for name, c in commands.items()}
    Path("desktop.json").write_text(json.dumps({"mcpServers": entries}))
    return "desktop.json"


def reported(*arguments: str, server: list[str] | None = None) -> tuple[int, list[dict]]:
    """The exit code, and the runs of the JSON report."""
    code = verify("--report", "json=r.json", *arguments, server=server)
    document = json.loads(Path("r.json").read_bytes())
    return code, document.get("runs", [document])


def test_all_revisions_are_verified_and_those_not_spoken_are_told(old, capsys):
    code, runs = reported("--revision", "all", server=old)
    assert code == 0
    assert [run["asked"] for run in runs] == [str(revision) for revision in REVISIONS]
    assert tuple(run["revision"] for run in runs if run["revision"]) == OFFERED
    assert [run["counts"]["passed"] for run in runs] == [0, 1, 1, 0, 0]
    assert [bool(run["not_spoken"]) for run in runs] == [True, False, False, True, True]
    shown = capsys.readouterr()
    assert "2026-07-28 is not spoken: it answers `initialize` with 2025-06-18, but" in shown.out
    assert shown.err == ""


def test_a_violation_at_one_revision_fails(old):
    code, runs = reported("--revision", "all", server=[*old, RULE])
    assert code == 1
    assert [run["counts"]["violated"] for run in runs] == [0, 1, 1, 0, 0]


def test_a_single_revision_that_is_not_spoken_is_no_success(old, capsys):
    code = verify("--revision", "2024-11-05", "--report", "junit=r.xml", server=old)
    assert code == 3
    shown = capsys.readouterr()
    assert shown.err == (
        "mcp-proof: the server does not speak 2024-11-05: it answers `initialize` with "
        "2025-06-18. Without --revision it is asked what it speaks.\n"
    )
    assert "0 passed" not in shown.out
    suite = etree.parse("r.xml").getroot()[0]
    assert (suite.attrib["tests"], suite.attrib["skipped"]) == ("1", "1")


def test_only_the_revisions_that_have_a_chosen_rule_are_verified(old):
    arguments = ["--revision", "all", "--skip", RULE, "--only", "discover-implemented"]
    code, runs = reported(*arguments, server=old)
    assert ([run["asked"] for run in runs], code) == (["2026-07-28"], 3)


def test_each_run_keeps_its_transcript_apart(old):
    assert verify("--revision", "all", "--report", "transcript=t.ndjson", server=old) == 0
    assert sorted(path.name for path in Path().glob("t*")) == [
        f"t.{revision}.ndjson" for revision in REVISIONS
    ]
    with Path("t.2025-06-18.ndjson").open("rb") as lines:
        versions = [
            e.message.result.get("protocolVersion")
            for e in from_ndjson(lines).events
            if e.message is not None and e.message.result
        ]
    assert versions[0] == "2025-06-18"


def test_all_servers_of_a_configuration_are_verified_and_told_apart(capsys):
    file = servers(good=[*MODULE, "plain"], bad=[*MODULE, "plain", RULE])
    options = ["--config", file, "--revision", "2025-11-25", "--report", "transcript=t.ndjson"]
    code, runs = reported(*options)
    assert code == 1
    assert [run["counts"]["violated"] for run in runs] == [0, 1]
    assert sorted(path.name for path in Path().glob("t*")) == ["t.1.ndjson", "t.2.ndjson"]
    code, runs = reported("--config", file, "--revision", "2025-11-25", "--server", "good")
    assert (code, len(runs)) == (0, 1)
    assert verify("--config", file, "--server", "god") == 2
    assert "Did you mean good" in capsys.readouterr().err


def test_a_baseline_excuses_a_server_without_being_stale_for_another():
    file = servers(good=[*MODULE, "plain"], bad=[*MODULE, "plain", RULE])
    Path("known.yaml").write_text(f"- {{rule: {RULE}, reason: x}}")
    options = ["--revision", "2025-11-25", "--baseline", "known.yaml", "--config", file]
    code, runs = reported(*options)
    assert (code, [run["breaches"] for run in runs]) == (0, [[], []])
    code, [run] = reported(*options, "--server", "good")
    assert (code, run["stale"]) == (1, [RULE])


def test_a_server_that_is_lost_leaves_the_others_their_verdicts(capsys):
    file = servers(lost=["no-such-command-anywhere"], good=[*MODULE, "plain"])
    code, runs = reported("--config", file, "--revision", "2025-11-25")
    assert code == 3
    assert "cannot start" in runs[0]["lost"]
    assert runs[1]["counts"]["passed"] == 1
    shown = capsys.readouterr()
    assert "cannot start 'no-such-command-anywhere'" in shown.err
    assert "1 passed, 0 violated" in shown.out


def test_a_server_that_is_left_without_a_verdict_is_no_success(old):
    file = servers(old=old, new=[*MODULE, "plain"])
    code, runs = reported("--config", file, "--revision", "2025-11-25")
    assert (code, [run["counts"]["passed"] for run in runs]) == (3, [0, 1])


def test_servers_that_are_called_the_same_are_told_apart(tmp_path):
    (tmp_path / "either.py").write_text(
        "import os, runpy, sys; sys.argv[1:] = [os.environ['SERVED']]\n"
        "runpy.run_module('mcp_proof_mocks', run_name='__main__')\n"
    )
    (tmp_path / "old.yaml").write_text("{info: {name: old, version: '1'}, revisions: [2025-06-18]}")
    entries = {
        name: {"command": sys.executable, "args": ["either.py"], "env": {"SERVED": served}}
        for name, served in (("new", "plain"), ("old", "./old.yaml"))
    }
    Path("desktop.json").write_text(json.dumps({"mcpServers": entries}))
    code, runs = reported("--config", "desktop.json", "--revision", "2025-11-25")
    assert ([run["counts"]["passed"] for run in runs], code) == ([1, 0], 3)


def test_a_server_without_a_chosen_rule_leaves_the_others_their_verdicts(old, capsys):
    file = servers(new=[*MODULE, "plain"], old=old)
    chosen = ["--skip", RULE, "--only", "discover-implemented"]
    code, runs = reported("--config", file, *chosen)
    assert (code, [run["counts"]["passed"] for run in runs]) == (3, [1, 0])
    assert "./old.yaml: none of the chosen rules exists at 2025-06-18 over" in runs[1]["lost"]
    assert "./old.yaml: none of the chosen rules exists" in capsys.readouterr().err


def test_a_server_over_a_transport_without_a_chosen_rule_is_not_left_out():
    entries = {"here": {"command": "true"}, "there": {"url": "http://127.0.0.1:1/mcp"}}
    Path("desktop.json").write_text(json.dumps({"mcpServers": entries}))
    code, runs = reported("--config", "desktop.json", "--skip", RULE, "--only", "http-")
    assert (code, len(runs)) == (3, 2)
    assert runs[0]["lost"] == "true: the choice of rules leaves none that can be judged over stdio"
    assert runs[1]["lost"].startswith("cannot reach http://127.0.0.1:1/mcp")


def test_an_interrupt_between_two_runs_is_no_success(monkeypatch):
    signals = [signal.SIGTERM]

    def summarize(*_unused: object) -> None:
        while signals:
            os.kill(os.getpid(), signals.pop())

    monkeypatch.setattr(ConsoleReport, "summarize", summarize)
    file = servers(good=[*MODULE, "plain"], rest=[*MODULE, "plain", RULE])
    code, runs = reported("--config", file, "--revision", "2025-11-25")
    assert code == 130
    assert [run["interrupted"] for run in runs] == [False, True]


def test_an_interrupt_ends_all_runs_with_a_report_of_those_made(tmp_path):
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import sys; open('begun', 'w').close(); sys.stdin.read()")
    file = servers(good=[*MODULE, "plain"], stuck=[sys.executable, "stuck.py"], rest=["true"])
    command = [sys.executable, "-m", "mcp_proof", "verify", "--config", file, "--only", RULE]
    process = subprocess.Popen(
        [*command, "--report=json=r.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    deadline = time.monotonic() + 30
    while not Path("begun").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130
    runs = json.loads(Path("r.json").read_bytes())["runs"]
    assert [(run["interrupted"], run["counts"]["passed"]) for run in runs] == [
        (False, 1),
        (True, 0),
    ]
