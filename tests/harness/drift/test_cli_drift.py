"""`mcp-proof drift`, as users run it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from drifted import call, contract, recorded, tool
from lxml import etree

from mcp_proof import reports
from mcp_proof.cli import main
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.server import MockServer

SCHEMA = json.loads(Path(reports.__file__).with_name("drift.schema.json").read_bytes())
JUNIT = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "junit.xsd"))
BOUND = 30.0
OLD = Revision.R2025_11_25
DYING = """
import pathlib, subprocess, sys
if pathlib.Path("died").exists():
    sys.exit("not again")
command = [sys.executable, "-m", "mcp_proof_mocks", "same.yaml"]
mock = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for line in sys.stdin.buffer:
    if b'"2"' in line:
        break
    mock.stdin.write(line)
    mock.stdin.flush()
    if b'"id"' in line:
        sys.stdout.buffer.write(mock.stdout.readline())
        sys.stdout.buffer.flush()
pathlib.Path("died").touch()
mock.kill()
"""
SLOW = tool("slow", latency=30000)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A recording of a server, and contracts of the same and of another one."""
    monkeypatch.chdir(tmp_path)
    same = contract(tool(answer={"structured": {"a": 1, "b": 2}}), tool("wipe", annotations={}))
    other = contract(tool(answer={"structured": {"a": "1"}}), tool("wipe", annotations={}))
    asked = [("tools/list", {}), call(at="<here>"), call("wipe")]
    recorded(MockServer(same), asked, file=tmp_path / "session.ndjson")
    for name, text in (("same", same), ("other", other)):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(text))
    return tmp_path


def serving(name):
    return ["--", sys.executable, "-m", "mcp_proof_mocks", f"{name}.yaml"]


@pytest.mark.usefixtures("files")
def test_the_same_server_passes_and_what_was_not_sent_is_told(capsys):
    assert main(["drift", "session.ndjson", *serving("same")]) == 0
    out = capsys.readouterr().out
    assert "not declared read-only" in out
    assert "no difference in the answers to 2 requests; 1 untested" in out


def test_nothing_is_compared_where_no_recorded_request_could_be_sent(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    same = contract(tool("wipe", annotations={}))
    recorded(MockServer(same), [call("wipe")], file=tmp_path / "session.ndjson")
    (tmp_path / "same.yaml").write_text(yaml.safe_dump(same))
    assert main(["drift", "session.ndjson", *serving("same")]) == 3
    assert "1 untested" in (out := capsys.readouterr().out)
    assert "nothing was compared" in out


@pytest.mark.usefixtures("files")
def test_each_difference_is_told_with_path_and_both_values(capsys):
    assert main(["drift", "session.ndjson", *serving("other")]) == 1
    out = capsys.readouterr().out
    assert "tool look: /structuredContent/a has another type" in out
    assert "tool look: /structuredContent/b is gone" in out
    assert "recorded    integer, such as 1" in out
    assert '    actual      string: "1"' in out
    assert 'asked with  {"at": "<here>"}' in out
    assert "2 differences in the answers to 1 of 2 requests" in out


@pytest.mark.usefixtures("files")
def test_the_file_and_the_url_may_stand_apart(capsys):
    nobody = "http://127.0.0.1:9/mcp"
    for words in (["session.ndjson", "--quiet", nobody], ["--quiet", "session.ndjson", nobody]):
        assert main(["drift", *words]) == 3
        assert "127.0.0.1:9" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["drift", "session.ndjson", "--quiet", nobody, "more"])
    assert "unrecognized arguments: more" in capsys.readouterr().err


@pytest.mark.usefixtures("files")
def test_matchers_of_a_file_are_applied():
    Path("m.yaml").write_text(
        "- {path: /structuredContent, match: ignore, tool: look}\n"
        "- {path: /content/*/text, match: ignore, tool: look}\n"
    )
    assert main(["drift", "session.ndjson", "--matchers", "m.yaml", *serving("other")]) == 0
    Path("mcp-proof.toml").write_text('matchers = "m.yaml"\n')
    assert main(["drift", "session.ndjson", *serving("other")]) == 0


@pytest.mark.parametrize("name", ["same", "other"])
@pytest.mark.usefixtures("files")
def test_the_json_report_is_of_its_schema(name):
    main(["drift", "session.ndjson", "--report", "json=r.json", *serving(name)])
    report = json.loads(Path("r.json").read_bytes())
    jsonschema_rs.validate(SCHEMA, report)
    verdicts = {each["operation"]: each["verdict"] for each in report["requests"]}
    assert verdicts == {
        "introduction": "same",
        "tools/list": "same",
        "tool look": "same" if name == "same" else "drifted",
        "tool wipe": "untested",
    }
    assert report["counts"]["untested"] == 1
    assert report["recording"] == "session.ndjson"
    assert len(report["differences"]) == (0 if name == "same" else 2)


@pytest.mark.usefixtures("files")
def test_the_other_reports_tell_the_same():
    formats = {"junit": "r.xml", "sarif": "r.sarif", "html": "r.html", "markdown": "r.md"}
    options = [f"--report={name}={file}" for name, file in formats.items()]
    assert main(["drift", "session.ndjson", *options, *serving("other")]) == 1
    root = etree.parse("r.xml")
    assert JUNIT.validate(root), JUNIT.error_log
    suite = root.getroot()[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped", "errors")} == {
        "tests": "4", "failures": "1", "skipped": "1", "errors": "0",
    }  # fmt: skip
    sarif = json.loads(Path("r.sarif").read_bytes())["runs"][0]
    assert [result["ruleId"] for result in sarif["results"]] == ["drift-type", "drift-gone"]
    assert len({r["partialFingerprints"]["mcpProofPlace/v1"] for r in sarif["results"]}) == 2
    assert "/structuredContent/b" in Path("r.html").read_text()
    assert "&lt;here&gt;" in Path("r.html").read_text()
    assert "2 differences" in Path("r.md").read_text()


@pytest.mark.usefixtures("files")
def test_a_job_of_github_is_told(monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    assert main(["drift", "session.ndjson", "--quiet", *serving("other")]) == 1
    assert capsys.readouterr().out.count("::error") == 2
    assert "mcp-proof drift" in Path("summary.md").read_text()


@pytest.mark.usefixtures("files")
def test_several_servers_are_compared_one_after_the_other():
    servers = {
        name: {"command": sys.executable, "args": ["-m", "mcp_proof_mocks", f"{name}.yaml"]}
        for name in ("same", "other")
    }
    Path("desktop.json").write_text(json.dumps({"mcpServers": servers}))
    options = ["--config", "desktop.json", "--report", "json=r.json"]
    assert main(["drift", "session.ndjson", *options]) == 1
    report = json.loads(Path("r.json").read_bytes())
    jsonschema_rs.validate(SCHEMA, report)
    assert [run["counts"]["drifted"] for run in report["runs"]] == [0, 1]


@pytest.mark.usefixtures("files")
def test_a_server_that_cannot_be_started_is_told_by_exit_code_3(capsys):
    assert main(["drift", "session.ndjson", "--", "no-such-command-at-all"]) == 3
    assert "no-such-command-at-all" in capsys.readouterr().err


def test_a_server_that_is_lost_on_the_way_leaves_the_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = [("tools/list", {}), call(at="1"), call(at="2"), call(at="3")]
    recorded(MockServer(contract(tool())), asked, file=tmp_path / "session.ndjson", wanted=OLD)
    (tmp_path / "same.yaml").write_text(yaml.safe_dump(contract(tool(), revisions=[str(OLD)])))
    # It answers the handshake, the list of tools twice and one call, and never starts again.
    (tmp_path / "dying.py").write_text(DYING)
    served = ["--", sys.executable, "dying.py"]
    assert main(["drift", "session.ndjson", "--report", "json=r.json", *served]) == 1
    report = json.loads(Path("r.json").read_bytes())
    jsonschema_rs.validate(SCHEMA, report)
    assert report["lost"]
    verdicts = [each["verdict"] for each in report["requests"]]
    assert verdicts == ["same", "same", "same", "drifted", "untested"]
    assert "incomplete" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no recording"),
        (["session.ndjson"], "no target"),
        (["none.ndjson", "http://127.0.0.1:9/mcp"], "none.ndjson: No such file"),
        (["same.yaml", "http://127.0.0.1:9/mcp"], "same.yaml:1: not JSON"),
        (["empty.ndjson", "http://127.0.0.1:9/mcp"], "there is no request in it"),
        (["session.ndjson", "session.ndjson"], "with a server, and not with another recording"),
        (["session.ndjson", "--revision", "all", "http://127.0.0.1:9/mcp"], "choose one"),
        (["session.ndjson", "--tool", "lok", *serving("same")], "Did you mean look?"),
        (["session.ndjson", "--matchers", "x.yaml", "http://127.0.0.1:9/mcp"], "x.yaml"),
    ],
)
@pytest.mark.usefixtures("files")
def test_a_mistake_is_told_by_exit_code_2(capsys, arguments, says):
    recorded(MockServer(contract(tool())), [], file=Path("empty.ndjson"))
    assert main(["drift", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_an_interrupt_leaves_the_report_of_what_was_compared(tmp_path):
    both = contract(tool(), SLOW)
    quick = contract(tool(), tool("slow"))
    asked = [("tools/list", {}), call(), call("slow"), call("slow", at="again")]
    recorded(MockServer(quick), asked, file=tmp_path / "session.ndjson")
    (tmp_path / "slow.yaml").write_text(yaml.safe_dump(both))
    command = [sys.executable, "-m", "mcp_proof", "drift", "session.ndjson", "--timeout", "30"]
    journal = tmp_path / "journal.ndjson"
    served = ["--", sys.executable, "-m", "mcp_proof", "mock", "--stdio", "slow.yaml"]
    process = subprocess.Popen(
        [*command, "--report", "json=r.json", *served, "--journal", str(journal)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + BOUND
    while not (journal.exists() and b'"slow","arguments"' in _plain(journal.read_bytes())):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=BOUND)
    assert process.returncode == 130, err
    assert b"interrupted" in out
    report = json.loads((tmp_path / "r.json").read_bytes())
    jsonschema_rs.validate(SCHEMA, report)
    assert report["interrupted"] is True
    assert report["counts"] == {"same": 3, "drifted": 0, "untested": 2}
    reasons = [each["reason"] for each in report["requests"] if each["verdict"] == "untested"]
    assert reasons == ["the run was interrupted before"] * 2


def _plain(data):
    return re.sub(rb"[\\ ]", b"", data)


@pytest.mark.usefixtures("files")
def test_a_secret_of_the_recording_is_in_no_report(capsys):
    secret = "sk-ant-api03-" + "a1b2c3d4" * 12
    server = MockServer(contract(tool(answer={"structured": {"token": secret}})))
    recorded(server, [call(at=secret)], file=Path("secret.ndjson"))
    (Path("live.yaml")).write_text(
        yaml.safe_dump(contract(tool(answer={"structured": {"token": 3, "also": secret}})))
    )
    formats = ("json", "junit", "sarif", "html", "markdown")
    options = [f"--report={name}=r.{name}" for name in formats]
    assert main(["drift", "secret.ndjson", *options, *serving("live")]) == 1
    printed = capsys.readouterr()
    texts = [printed.out, printed.err, *(Path(f"r.{name}").read_text() for name in formats)]
    assert all(secret not in text for text in texts)
