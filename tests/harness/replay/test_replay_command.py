"""`mcp-proof replay` as its users run it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mcp_proof.cli import main

COMMAND = [sys.executable, "-m", "mcp_proof", "replay"]
MOCK = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"]
BOUND = 30
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "t", "version": "1"},
}
CALL = {"name": "echo", "arguments": {"message": "hi"}}


def talk(*arguments: str) -> list[dict[str, Any]]:
    """What a client hears over stdio: of the handshake, and of a call."""
    with subprocess.Popen(
        [*COMMAND, "--stdio", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        heard = []
        for number, (method, params) in enumerate([("initialize", HELLO), ("tools/call", CALL)]):
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            heard.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(BOUND) == 0
    return heard


def test_over_stdio_it_records_once_and_replays_then(tmp_path):
    file = str(tmp_path / "c.ndjson")
    saw = talk("--mode", "once", file, "--", *MOCK)
    assert saw[1]["result"]["content"] == [{"type": "text", "text": "hi"}]
    assert talk(file) == saw
    assert talk("--mode", "once", file, "--", "nobody-has-this-command") == saw


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_recorded_is_kept_when_the_command_is_ended(number, tmp_path):
    file = tmp_path / "c.ndjson"
    with subprocess.Popen(
        [*COMMAND, "--mode", "all", str(file), "--", *MOCK], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        process.wait(BOUND)
    assert file.read_bytes().startswith(b'{"transcript":')
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no cassette. Example"),
        (["absent.ndjson"], "absent.ndjson: No such file"),
        (["--timing", "soon", "c.ndjson"], "expected zero, recorded or a factor up to 1000"),
        (["--timing", "-1", "c.ndjson"], "expected zero, recorded or a factor"),
        (["--stdio", "--port", "1", "c.ndjson"], "--stdio has neither --port nor --host"),
        (["c.ndjson", "http://localhost:1/mcp"], "in mode none the cassette alone answers"),
        (["--mode", "all", "c.ndjson"], "a real server is recorded, and none is given"),
        (["--mode", "all", "c.ndjson", "other.ndjson"], "other.ndjson"),
    ],
)
def test_wrong_usage_is_told(arguments, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["replay", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_a_server_that_cannot_be_reached_is_no_fault_of_ours(tmp_path, capsys):
    file = tmp_path / "c.ndjson"
    assert main(["replay", "--mode", "all", str(file), "--", "nobody-has-this-command"]) == 3
    assert "nobody-has-this-command" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cassette_is_told_with_its_line(tmp_path, capsys):
    file = tmp_path / "c.ndjson"
    header = {
        "transcript": 1,
        "peer": "p",
        "side": "server",
        "transport": "stdio",
        "started": "now",
    }
    file.write_text(f"{json.dumps(header)}\n{{damaged\n")
    assert main(["replay", str(file)]) == 2
    assert "line 2 of the transcript is damaged: not JSON" in capsys.readouterr().err
