"""`mcp-proof replay` as its users run it."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
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
DYING = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["method"] == "tools/call":
        break
    result = {"tools": []}
    if asked["method"] == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}
        result["serverInfo"] = {"name": "dying", "version": "1"}
    answer = {"jsonrpc": "2.0", "id": asked.get("id"), "result": result}
    if asked["method"] == "server/discover":
        answer = {**answer, "error": {"code": -32601, "message": "unknown"}}
        del answer["result"]
    if "id" in asked:
        print(json.dumps(answer), flush=True)
"""
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


def ended(number: int, *arguments: str, asked: bool) -> tuple[int, str]:
    """The exit code of a command that is ended by a signal, and what it said of it."""
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        if asked:
            ask(url)
        process.send_signal(number)
        return process.wait(BOUND), process.communicate(timeout=BOUND)[1]


def ask(url: str) -> None:
    """Open a session, and call a tool."""
    headers = {"accept": "application/json, text/event-stream"}
    with httpx2.Client(timeout=BOUND) as http:
        for number, (method, params) in enumerate([("initialize", HELLO), ("tools/call", CALL)]):
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            answer = http.post(url, json=request, headers=headers)
            headers["mcp-session-id"] = answer.headers.get("mcp-session-id", "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_what_was_recorded_is_kept_when_the_command_is_ended(number, code, tmp_path):
    file = tmp_path / "c.ndjson"
    assert ended(number, "--mode", "all", str(file), "--", *MOCK, asked=True) == (code, "")
    assert file.read_bytes().startswith(b'{"transcript":')
    assert b"tools/call" in file.read_bytes()
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 3)])
def test_a_recording_in_which_nobody_asked_anything_takes_no_place(number, code, tmp_path):
    file = tmp_path / "c.ndjson"
    file.write_text("a good cassette")
    ending, said = ended(number, "--mode", "all", str(file), "--", *MOCK, asked=False)
    assert ending == code
    [part] = [each for each in tmp_path.iterdir() if each != file]
    assert f"no client asked anything, so {file} is as it was" in said
    assert str(part) in said
    assert file.read_text() == "a good cassette"


def test_what_was_recorded_until_the_server_died_takes_no_place(tmp_path):
    file = tmp_path / "c.ndjson"
    dying = tmp_path / "dying.py"
    dying.write_text(DYING)
    with subprocess.Popen(
        [*COMMAND, "--stdio", "--mode", "once", str(file), "--", sys.executable, str(dying)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        requests = [("initialize", HELLO), ("ping", {}), ("tools/list", {}), ("tools/call", CALL)]
        assert process.stdin is not None
        assert process.stdout is not None
        for number, (method, params) in enumerate(requests):
            request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            heard = json.loads(process.stdout.readline())
        _, said = process.communicate(timeout=BOUND)
    assert "error" in heard
    assert process.returncode == 3
    assert "was lost, so" in said
    assert not file.exists()
    assert [each.suffix for each in tmp_path.iterdir() if each != dying] == [".part"]


def test_a_miss_is_told_where_the_command_was_started(tmp_path):
    file = tmp_path / "c.ndjson"
    talk("--mode", "once", str(file), "--", *MOCK)
    missed = {"name": "echo", "arguments": {"message": "other"}}
    requests = [("initialize", HELLO), ("tools/call", missed), ("tools/call", missed)]
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        for number, (method, params) in enumerate(requests)
    ]
    ended = subprocess.run(
        [*COMMAND, "--stdio", str(file)],
        input="\n".join([*lines, ""]),
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=True,
    )
    miss = (
        'the cassette has no answer to tools/call {"name":"echo","arguments":{"message":"other"}}'
    )
    assert ended.stderr.splitlines() == [
        f"mcp-proof replay: {miss}",
        f"mcp-proof replay: 2 times: {miss}",
    ]


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
    file = tmp_path / "new" / "folder" / "c.ndjson"
    assert main(["replay", "--mode", "all", str(file), "--", "nobody-has-this-command"]) == 3
    said = capsys.readouterr().err
    assert "the server to record, nobody-has-this-command" in said
    assert "pass_through" not in said
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
