"""`mcp-proof verify` from the outside: exit codes, reports, baseline, interruption."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from mcp_proof.cli import main
from mcp_proof.cli.parser import FAULTS
from mcp_proof.options.servers import REVISION_NAMES
from mcp_proof.reports import FORMATS, json_report
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.transcript import EventKind, from_ndjson
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.stream_fault import stream_faults

RULE = "jsonrpc-result-xor-error"
HOSTILE = Path(__file__).parent.parent / "peers" / "hostile"
MOCK = [sys.executable, "-m", "mcp_proof_mocks", "everything"]
SILENT = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def _transcripts_in_a_folder_of_the_test(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def verify(*arguments: str, server: list[str] | None = None) -> int:
    options = ("--revision", "2025-11-25", "--timeout", "5", *arguments)
    return main(["verify", *options, "--", *(server or MOCK)])


def test_a_conforming_server_exits_0_with_three_counts(capsys):
    assert verify("--only", "jsonrpc-", "--only", "tools-") == 0
    assert re.search(r"\d+ passed, 0 violated, \d+ untested in", capsys.readouterr().out)


def test_a_violation_exits_1_with_evidence_clause_and_reproduction(capsys):
    assert verify("--only", RULE, server=[*MOCK, RULE]) == 1
    shown = capsys.readouterr().out
    assert f"MUST   {RULE}" in shown
    assert "expected" in shown
    assert "server    {" in shown
    assert "https://modelcontextprotocol.io/specification/2025-11-25/" in shown
    assert f"mcp-proof verify --revision 2025-11-25 --only {RULE} --timeout 5 -- " in shown


def test_a_warning_fails_only_when_asked_to():
    rule = "tools-name-charset"
    assert verify("--only", rule, server=[*MOCK, rule]) == 0
    assert verify("--only", rule, "--fail-on", "should", server=[*MOCK, rule]) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no target"),
        (["http://127.0.0.1:1/mcp", "--", "true"], "not both"),
        (["ftp://127.0.0.1"], "no http or https URL"),
        (["--"], "no command after"),
        (["--header", "A: b", "--", "true"], "a command has no headers"),
        (["--header", "nothing", "http://127.0.0.1:1"], "expected 'Name: value'"),
        (["--header-env", "A=NOT_SET_ANYWHERE", "http://127.0.0.1:1"], "is not set"),
        (["--report", "pdf=x", "http://127.0.0.1:1"], "expected FORMAT=FILE with html, json,"),
        (["--report", "sarf=x", "http://127.0.0.1:1"], "Did you mean sarif?"),
        (["--report", "json=/nowhere/x", "http://127.0.0.1:1"], "does not exist"),
        (["--report", "json=/tmp", "http://127.0.0.1:1"], "is a folder"),
        (["--report", "json=x", "--report", "json=y", "http://127.0.0.1:1"], "one file per format"),
        (["http://127.0.0.1:99999/mcp"], "no http or https URL"),
        (["http://127.0.0.1:x/mcp"], "no http or https URL"),
        (["--header", "A b: c", "http://127.0.0.1:1"], "is no header name"),
        (["--header", "accept: c", "http://127.0.0.1:1"], "is set by mcp-proof itself"),
        (["--only", "", "http://127.0.0.1:1"], "an empty prefix"),
        (["--report", "json=-", "http://127.0.0.1:1"], "name a file"),
        (["--only", "tools-", "--skip", "tools-", "--", "true"], "leaves none that can be judged"),
        (["--only", "http-", "--", "true"], "leaves none that can be judged over stdio"),
        (["--baseline", "/nowhere", "http://127.0.0.1:1"], "--baseline: /nowhere: No such file"),
        (["--only", "nonsense-", "http://127.0.0.1:1"], "no rule begins with 'nonsense-'"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_to_do(arguments, says, capsys):
    assert main(["verify", *arguments]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verify", "--timeout", "0", "http://127.0.0.1:1"], "above 0 and at most 3600"),
        (["verify", "--timeout", "nan", "http://127.0.0.1:1"], "above 0 and at most 3600"),
        (["verify", "python", "server.py"], "A command to verify goes after `--`"),
        (["mock", "everything", "--port", "99999"], "between 0 and 65535"),
    ],
)
def test_an_option_that_cannot_be_parsed_exits_2(arguments, says, capsys):
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rules", "tolls-"], "no rule begins with 'tolls-'. Did you mean tools-?"),
        (["explain", "tools-name-uniqe"], "Did you mean tools-name-unique"),
        (["mock", "evrything"], "Did you mean everything?"),
        (["mock"], "give one thing to serve: a contract (mcp-proof mock everything)"),
        (["mock", "everything", "--fault", "tools-name-uniqe"], "Did you mean tools-name-unique"),
    ],
)
def test_a_name_that_does_not_exist_exits_2_and_suggests_the_nearest(arguments, says, capsys):
    assert main(arguments) == 2
    assert says in capsys.readouterr().err


def test_a_run_that_could_judge_nothing_is_no_success(capsys):
    assert verify("--only", "icons-", server=[*MOCK[:-1], "plain"]) == 3
    assert "nothing was judged" in capsys.readouterr().out


def test_a_finding_of_any_traffic_is_reproduced_by_its_own_command(tmp_path, capsys):
    deep = tmp_path / "deep.py"
    # Its fault shows in no ordinary conversation: only in the answer to an unknown method.
    deep.write_text(
        "import sys; sys.path.insert(0, " + repr(str(HOSTILE)) + ")\n"
        "import conversation\n"
        "def write(reply):\n"
        '    conversation.say(reply.replace(\'"error"\', \'"result": {}, "error"\'))\n'
        "conversation.serve(write)\n"
    )
    assert verify("--only", RULE, server=[sys.executable, str(deep)]) == 1
    assert f"--only {RULE}" in capsys.readouterr().out


def test_a_peer_that_cannot_be_started_or_reached_exits_3(capsys):
    assert main(["verify", "--", "no-such-command-anywhere"]) == 3
    assert "cannot start 'no-such-command-anywhere'" in capsys.readouterr().err
    assert main(["verify", "http://127.0.0.1:1/mcp"]) == 3
    assert "cannot reach http://127.0.0.1:1/mcp" in capsys.readouterr().err


def test_a_command_whose_name_is_no_utf8_is_reported_as_any_other(tmp_path):
    paths = [tmp_path / name for name in (*FORMATS, "transcript")]
    reports = [f"--report={path.name}={path}" for path in paths]
    assert main(["verify", *reports, "--", sys.executable, "caf\udce9.py"]) == 3
    assert all(path.read_bytes().decode() for path in paths)


def test_a_peer_that_is_lost_is_reported_as_an_error_and_not_as_a_success(tmp_path):
    paths = {name: tmp_path / name for name in ("json", "junit")}
    reports = [f"--report={name}={path}" for name, path in paths.items()]
    assert main(["verify", *reports, "--", "no-such-command-anywhere"]) == 3
    report = json.loads(paths["json"].read_bytes())
    assert "cannot start" in report["lost"]
    assert report["peer"] == "no-such-command-anywhere"
    suite = etree.parse(paths["junit"]).getroot()[0]
    assert (suite.attrib["errors"], suite.attrib["tests"]) == ("1", "1")
    schema = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
    assert schema.validate(suite.getroottree()), schema.error_log


@pytest.mark.parametrize("error", [ZeroDivisionError(), PermissionError(13, "denied")])
def test_a_fault_of_our_own_exits_4_and_says_so(error, monkeypatch, capsys):
    def broken(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("mcp_proof.cli.verify.Verification", broken)
    assert verify() == 4
    assert "a fault of mcp-proof itself" in capsys.readouterr().err


def test_a_rule_that_fails_itself_loses_no_other_verdict_and_exits_4(monkeypatch, capsys):
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    rule = registry.get(RULE)
    assert rule is not None
    monkeypatch.setitem(registry._rules, RULE, replace(rule, check=broken))
    assert verify("--only", "jsonrpc-result") == 4
    shown = capsys.readouterr()
    assert "1 passed, 0 violated, 1 untested" in shown.out
    assert "ZeroDivisionError" in shown.err


def test_the_json_report_keeps_its_schema(tmp_path):
    report = tmp_path / "report.json"
    verify("--report", f"json={report}", server=[*MOCK, RULE])
    document = json.loads(report.read_bytes())
    schema_file = Path(json_report.__file__).with_name("verify.schema.json")
    schema = json.loads(schema_file.read_bytes())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)
    assert document["counts"]["violated"] >= 1
    [violated] = [v for v in document["verdicts"] if v["rule"] == RULE]
    assert violated["verdict"] == "violated"
    assert violated["findings"][0]["events"]
    assert all(v["reason"] for v in document["verdicts"] if v["verdict"] == "untested")


def test_the_junit_report_counts_untested_as_skipped(tmp_path):
    report, other = tmp_path / "report.xml", tmp_path / "report.json"
    verify("--report", f"junit={report}", "--report", f"json={other}", server=[*MOCK, RULE])
    counts = json.loads(other.read_bytes())["counts"]
    document = etree.parse(report)
    schema = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
    assert schema.validate(document), schema.error_log
    suite = document.getroot()[0]
    assert int(suite.attrib["skipped"]) == counts["untested"] == len(suite.findall(".//skipped"))
    assert int(suite.attrib["failures"]) == len(suite.findall(".//failure")) >= 1
    assert int(suite.attrib["tests"]) == sum(counts.values()) == len(suite.findall("testcase"))


def test_a_baseline_excuses_a_known_finding(tmp_path, capsys):
    baseline = tmp_path / "baseline.yaml"
    baseline.write_text(f"- rule: {RULE}\n  reason: mended in the next release\n")
    assert verify("--only", RULE, "--baseline", str(baseline), server=[*MOCK, RULE]) == 0
    assert "mended in the next release" in capsys.readouterr().out


def test_a_stale_baseline_entry_fails(tmp_path, capsys):
    baseline = tmp_path / "baseline.yaml"
    baseline.write_text(f"- rule: {RULE}\n  reason: mended long ago\n")
    assert verify("--only", RULE, "--baseline", str(baseline)) == 1
    assert f"stale the baseline excuses {RULE}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule: x", "expected a list"),
        ("- rule: jsonrpc-result-xor-eror\n  reason: x", "Did you mean jsonrpc-result-xor-error"),
        (f"- rule: {RULE}", "expected `rule` and `reason`"),
        (f"- {{rule: {RULE}, reason: a}}\n- {{rule: {RULE}, reason: b}}", "stands here twice"),
        ("- [", "baseline"),
    ],
)
def test_a_wrong_baseline_is_explained(text, says, tmp_path, capsys):
    baseline = tmp_path / "baseline.yaml"
    baseline.write_text(text)
    assert verify("--baseline", str(baseline)) == 2
    assert says in capsys.readouterr().err


def test_secret_header_values_reach_no_report(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "s3cr3t-value")
    paths = {name: tmp_path / name for name in ("json", "junit", "transcript")}
    reports = [f"--report={name}={path}" for name, path in paths.items()]
    secret = ["--header-env", "X-Api-Key=TOKEN", "--header", "Authorization: Bearer s3cr3t-value"]
    with running(MockServer("everything")) as url:
        main(["verify", "--only", "sec-", *secret, *reports, f"{url}?key=s3cr3t-value"])
    for path in paths.values():
        assert "s3cr3t-value" not in path.read_text()
    assert "x-api-key" in paths["transcript"].read_text()


def test_an_interrupt_leaves_a_readable_transcript_and_a_partial_report(tmp_path):
    transcript, report = tmp_path / "t.ndjson", tmp_path / "r.json"
    stuck = tmp_path / "stuck.py"
    # It lists its tools, then never answers the call of one.
    stuck.write_text(
        "import json, sys, time\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        "    if 'id' not in asked: continue\n"
        "    results = {\n"
        "        'initialize': {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}},\n"
        "                       'serverInfo': {'name': 'stuck', 'version': '1'}},\n"
        "        'tools/list': {'tools': [{'name': 'wait', 'inputSchema': {'type': 'object'},\n"
        "                                  'annotations': {'readOnlyHint': True}}]},\n"
        "    }\n"
        "    if asked['method'] not in results: continue\n"
        "    print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'],\n"
        "                      'result': results[asked['method']]}), flush=True)\n"
    )
    command = [sys.executable, "-m", "mcp_proof", "verify", "--revision", "2025-11-25"]
    reports = [f"--report=transcript={transcript}", f"--report=json={report}"]
    process = subprocess.Popen(
        [*command, *reports, "--", sys.executable, str(stuck)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 30
    while "tools/call" not in (transcript.read_text() if transcript.exists() else ""):
        assert time.monotonic() < deadline, "the call was never sent"
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130, output
    assert "interrupted" in output
    with transcript.open("rb") as lines:
        events = from_ndjson(lines).events
    assert any(event.kind is EventKind.MESSAGE for event in events)
    document = json.loads(report.read_bytes())
    assert document["interrupted"] is True
    assert document["counts"]["passed"] >= 1
    assert any(v.get("reason") == "the run was interrupted" for v in document["verdicts"])


def test_a_second_interrupt_ends_the_run_and_its_server(tmp_path):
    pid = tmp_path / "pid"
    deaf = tmp_path / "deaf.py"
    deaf.write_text(
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-m", "mcp_proof", "verify", "--", sys.executable, str(deaf)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    deadline = time.monotonic() + 30
    while not (pid.exists() and pid.read_text()):
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_server_that_never_answers_is_given_up(capsys):
    started = time.monotonic()
    assert main(["verify", "--timeout", "1", "--", *SILENT]) == 3
    assert time.monotonic() - started < 15
    assert "did not answer" in capsys.readouterr().err


def test_the_parser_offers_the_revisions_of_the_table():
    assert REVISION_NAMES == REVISIONS


def test_the_help_names_every_fault_of_the_bytes():
    words = FAULTS.replace(",", " ").split()
    assert {kind.name for kind in stream_faults} <= set(words)


def test_a_run_whose_output_nobody_reads_keeps_its_report_and_its_exit_code(tmp_path):
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "mcp_proof", "verify", "--only", RULE]
    process = subprocess.Popen(
        [*command, "--report", f"json={report}", "--", *MOCK, RULE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (1, b"")
    assert json.loads(report.read_bytes())["counts"]["violated"] == 1
