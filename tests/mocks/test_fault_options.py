"""`mcp-proof mock --fault`: how stream faults are written, refused, warned about and documented."""

import re
import signal
import subprocess
import sys
from dataclasses import MISSING, fields
from typing import get_type_hints

import pytest
from starlette.testclient import TestClient

from mcp_proof.cli import main
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.fault import faults
from mcp_proof_mocks.fault_choice import choose_any
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.choice import SHARED, chosen_fault
from mcp_proof_mocks.stream.stream_fault import stream_faults

BOUND = 15


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "latency:mss=3",
            "latency has no parameter 'mss'. Did you mean ms? It takes ms, direction",
        ),
        ("latency:ms=soon", "latency: ms is a whole number, not 'soon'"),
        ("latency:ms=1.5", "latency: ms is a whole number, not '1.5'"),
        ("latency:ms=-1", "latency: ms is at least 0, not -1"),
        ("latency:ms=1,ms=2", "ms is given twice"),
        ("latency:ms", "expected NAME or NAME:key=value"),
        ("latency:", "expected NAME or NAME:key=value"),
        ("slicer:bytes=0", "slicer: bytes is at least 1, not 0"),
        ("bandwidth:rate=0", "bandwidth: rate is at least 1, not 0"),
        ("reset:direction=dwon", "direction is down or up, not 'dwon'. Did you mean down?"),
        ("reset:connection=0", "reset: connection is at least 1, not 0"),
        ("reset:probability=1.5", "reset: probability is between 0 and 1, not 1.5"),
        ("reset:probability=nan", "reset: probability is a number, not 'nan'"),
        ("reset:call=0", "reset: call is a number from 1"),
        ("reset:direction=up,tool=echo", "choose among what the server sends"),
        ("latncy", "Did you mean latency?"),
    ],
)
def test_a_fault_that_is_written_wrongly_exits_2_and_says_what_was_expected(text, says, capsys):
    assert main(["mock", "everything", "--fault", text]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give one thing to serve"),
        (["everything", "--", "true"], "give one thing to serve"),
        (["--", "true"], "add --stdio"),
        (["--stdio", "--"], "no command after `--`"),
        (["--stdio", "http://127.0.0.1:1/mcp"], "leave --stdio out"),
        (["https://127.0.0.1:1/mcp"], "Give the http URL behind the encryption"),
        (
            ["http://127.0.0.1:1/mcp", "--fault", "tools-name-unique"],
            "only what disturbs its bytes",
        ),
        (["--stdio", "--fault", "tools-name-unique", "--", "true"], "only what disturbs its bytes"),
        (["--stdio", "--port", "0", "--", "true"], "neither --port nor --host"),
    ],
)
def test_what_cannot_be_served_exits_2_and_says_what_to_do(arguments, says, capsys):
    assert main(["mock", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_command_that_cannot_be_started_exits_3(capsys):
    assert main(["mock", "--stdio", "--", "no-such-command-anywhere"]) == 3
    assert "cannot start 'no-such-command-anywhere'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("reset", "reset shows over http only"),
        ("cut-mid-event", "cut-mid-event shows over http only"),
        ("truncate:connection=2", "truncate is left out: over stdio there is no connection but"),
        ("truncate:tool=ecko", "the contract has no tool ecko. Did you mean echo?"),
        ("truncate:method=tools/call", "truncate has never acted"),
    ],
)
def test_a_fault_that_nobody_can_see_is_told(fault, says):
    command = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"]
    done = subprocess.run(
        [*command, f"--fault={fault}"], input=b"", capture_output=True, timeout=BOUND, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")
    [told] = done.stderr.decode().splitlines()
    assert told.startswith("mcp-proof mock: ")
    assert says in told


def test_what_the_mock_behind_the_relay_cannot_show_is_told_once():
    command = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"]
    faults = ["--fault=session-terminated-404", "--fault=slicer"]
    done = subprocess.run(
        [*command, *faults], input=b"", capture_output=True, timeout=BOUND, check=False
    )
    assert done.stderr == b"mcp-proof mock: session-terminated-404 shows over http only\n"


def test_over_http_the_relay_has_the_port_that_was_asked_for_and_tells_what_did_not_show():
    command = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--port", "0"]
    faults = ["--fault=half-written-line", "--fault=reset:tool=echo"]
    process = subprocess.Popen(
        [*command, *faults], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/mcp\n", process.stdout.readline())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=BOUND)
    assert errors.splitlines() == [
        "mcp-proof mock: half-written-line shows over stdio only and is left out",
        "mcp-proof mock: reset has never acted: what it waited for did not come",
    ]
    assert process.returncode == 130


@pytest.mark.parametrize("dialect", ["rest", "contextframe", "openapi-jsonrpc"])
def test_no_fault_of_lists_stumbles_over_a_server_that_has_nothing(dialect, capfd):
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    names = [each.name for each in faults if each.name.startswith(dialect.partition("-")[0])]
    assert names
    for name in names:
        app = asgi_app(MockServer({"dialect": dialect, "tools": []}, [name]))
        client = TestClient(app)
        client.get("/mcp/discover")
        for endpoint in ("/mcp", "/mcp/v1/jsonrpc"):
            client.post(endpoint, json=listing)
    assert capfd.readouterr().err == ""


def test_no_stream_fault_has_the_name_of_a_rule_fault():
    assert {kind.name for kind in stream_faults} & {fault.name for fault in faults} == set()


def test_every_stream_fault_can_be_chosen_without_parameters_and_documents_each():
    for kind in stream_faults:
        assert chosen_fault(kind.name) is not None
        assert kind.fault.__doc__
        for field in fields(kind.fault):
            assert field.default is not MISSING, f"{kind.name}: {field.name}"
            assert get_type_hints(kind.fault)[field.name] is int


def test_the_documentation_has_every_stream_fault_with_its_parameters_and_defaults(repository):
    page = (repository / "docs/faults.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \|$", page, re.MULTILINE)
    documented = {
        name: (dict(re.findall(r"`(\w+)=(\w+)`", parameters)), "HTTP only" in seen)
        for name, parameters, seen in rows
        if stream_faults.get(name) is not None
    }
    assert documented == {
        kind.name: (
            {field.name: str(field.default) for field in fields(kind.fault)},
            kind.transport == "http",
        )
        for kind in stream_faults
    }
    named = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))
    assert set(SHARED) <= set(named)


def test_the_examples_of_the_documentation_are_accepted(repository):
    page = (repository / "docs/faults.md").read_text(encoding="utf-8")
    texts = re.findall(r"--fault ([a-z][a-z-]+(?::[a-z=0-9,/]+)?)", page)
    assert len(texts) >= 4
    assert all(choose_any(text) for text in texts)


def test_settings_that_come_apart_from_a_name_may_hold_what_a_text_could_not():
    chosen = choose_any("latency", ms=200, tool="search,by=name")
    assert (chosen.fault.ms, chosen.selection.tool) == (200, "search,by=name")
