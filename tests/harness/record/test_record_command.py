"""`mcp-proof record`: its options, its files, how it ends and what it says."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from recorded import of_kind, read_back

from mcp_proof_contracts.transcript import EventKind
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

BOUND = 30
RECORD = (sys.executable, "-m", "mcp_proof", "record")
INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
KEY = "sk-proj-" + "a1B2c3D4" * 6
LOOSE = "hunter2-and-more-17"
NOTED = "import sys; print('starting', file=sys.stderr); print(input()); sys.exit(7)"


def line(method: str, params: object, number: int = 1) -> bytes:
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return json.dumps(message).encode() + b"\n"


def record(
    *arguments: str, said: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*RECORD, *arguments],
        input=said,
        capture_output=True,
        check=False,
        timeout=BOUND,
        env={**os.environ, **(env or {})},
    )


def test_a_command_keeps_its_streams_and_its_exit_code(tmp_path):
    file = tmp_path / "c.ndjson"
    done = record("-o", str(file), "--", sys.executable, "-c", NOTED, said=b"hello\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, b"hello\n", b"starting\n")
    kept = read_back(file)
    assert kept.header.transport == "stdio"
    assert [event.data["text"] for event in of_kind(kept, EventKind.STDERR)] == ["starting"]
    [close] = of_kind(kept, EventKind.CLOSE)
    assert close.data["exit_code"] == 7
    assert {event.session for event in kept.events} == {"stdio-1"}


@pytest.mark.parametrize("said", [b"no end", b"\r\n\n\xff\xfe\n", b"x" * 200_000 + b"\ny"])
def test_lines_of_any_kind_are_passed_on_as_they_are(tmp_path, said: bytes):
    file = tmp_path / "c.ndjson"
    done = record("-o", str(file), "--", "cat", said=said)
    assert done.stdout == said
    raws = [event.message.raw for event in read_back(file).events if event.message is not None]
    assert sorted(raws) == sorted(2 * said.removesuffix(b"\n").split(b"\n"))


def test_only_the_owner_may_read_the_file_and_nothing_is_written_over(tmp_path):
    file = tmp_path / "c.ndjson"
    file.touch(mode=0o666)
    os.umask(0)
    assert record("-o", str(file), "--", "true").returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    again = record("-o", str(file), "--", "true")
    assert again.returncode == 2
    assert b"it holds something already" in again.stderr
    assert b"Name another file with -o, or remove this one" in again.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--", "true"], 2, "say where it is written"),
        (["-o", "{tmp}/no/folder", "--", "true"], 2, "No such file or directory"),
        (["-o", "/dev/full", "--", "true"], 2, "it is no ordinary file"),
        (["-o", "{tmp}/c"], 2, "no target"),
        (["-o", "{tmp}/c", "--", "/no/such/program"], 3, "cannot start '/no/such/program'"),
        (["-o", "{tmp}/c", "redis.ndjson"], 2, "redis.ndjson"),
        (["-o", "{tmp}/c", "http://"], 2, "is no http or https URL"),
        (["-o", "{tmp}/c", "--redact", "(", "--", "true"], 2, "is no regular expression"),
        (["-o", "{tmp}/c", "--redact", "x*", "--", "true"], 2, "matches the empty text"),
        (["-o", "{tmp}/c", "--redact", "/a/cursor", "--", "true"], 2, "could be replayed"),
        (["-o", "{tmp}/c", "--redact", "/a//b", "--", "true"], 2, "a name is missing"),
        (["-o", "{tmp}/c", "--redact", "/params", "--", "true"], 2, "could be replayed"),
        (["-o", "{tmp}/c", "--port", "99", "--", "true"], 2, "no meaning for a command"),
        (["-o", "{tmp}/c", "--host", "127.0.0.1", "--", "true"], 2, "no meaning for a command"),
        (["-o", "{tmp}/c", "--dialect", "rest", "--", "true"], 2, "no meaning for a command"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path, arguments: list[str], code: int, says: str):
    done = record(*(each.format(tmp=tmp_path) for each in arguments))
    assert done.returncode == code
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_an_option_without_a_meaning_for_a_recording_is_refused(tmp_path):
    first = tmp_path / "first.ndjson"
    assert record("-o", str(first), "--", "true").returncode == 0
    done = record("-o", str(tmp_path / "c"), str(first), "--port", "99")
    assert done.returncode == 2
    assert b"--port: it has no meaning for a recording, only for a URL" in done.stderr


def test_a_start_that_failed_leaves_nothing_in_the_way_of_the_next_try(tmp_path):
    file = tmp_path / "c.ndjson"
    assert record("-o", str(file), "--check", "--", "/no/such/program").returncode == 3
    assert not file.exists()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = record("-o", str(file), "--port", str(port), "http://127.0.0.1:1/mcp")
    assert (done.returncode, file.exists()) == (2, False)
    told = f"mcp-proof: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert done.stderr.decode() == told
    assert record("-o", str(file), "--", "true").returncode == 0


def test_nothing_judged_is_no_success(tmp_path):
    done = record("-o", str(tmp_path / "c"), "--check", "--", "cat", said=b"hello\n")
    assert done.returncode == 3
    assert b"nothing was judged" in done.stderr


def test_secrets_are_not_kept_and_what_messages_refer_by_is(tmp_path):
    file = tmp_path / "c.ndjson"
    meta = {"progressToken": KEY}
    said = line("tools/call", {"_meta": meta, "name": "t", "arguments": {"key": KEY, "a": "b"}})
    said += line("tools/list", {"cursor": KEY, "note": "of-the-environment-99"}, 2)
    said += line("x", {"person": {"mail": "ada@example.com", "age": 36, "tags": ["a"]}}, 3)
    done = record(
        *("-o", str(file), "--redact", "/person", "--redact", "ex[am]+ple", "--", "cat"),
        said=said,
        env={"MY_API_TOKEN": "of-the-environment-99"},
    )
    assert done.stdout == said
    kept = read_back(file)
    call, listing, person = [e.message for e in kept.events if e.sender == "client" and e.message]
    assert call.progress_token == KEY
    assert listing.params["cursor"] == KEY
    assert listing.params["note"] == "[hidden]"
    hidden = {"mail": "[hidden]", "age": 0, "tags": ["[hidden]"]}
    assert person.params["person"] == hidden
    assert b"of-the-environment" not in file.read_bytes()


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"password": LOOSE}, "/params/password"),
        ({"deep": [{"apiKey": LOOSE}]}, "/params/deep/0/apiKey"),
        ({"text": json.dumps({"client_secret": LOOSE})}, "/params/text"),
    ],
)
def test_a_strict_recording_ends_before_a_likely_secret(tmp_path, params: object, place: str):
    file = tmp_path / "c.ndjson"
    said = line("a", {"progressToken": "t" * 30, "tokens": 17}) + line("b", params, 2)
    command = ("-o", str(file), "--strict", "--", sys.executable, "-c", "print(input(), input())")
    done = record(*command, said=said)
    assert done.returncode == 1
    assert done.stdout == b""
    assert f"line 4 would hold what looks like a secret: {place}" in done.stderr.decode()
    assert b"--redact" in done.stderr
    assert LOOSE.encode() not in done.stderr + file.read_bytes()
    assert [event.message.method for event in read_back(file).events if event.message] == ["a"]
    file.unlink()
    done = record(*command[:3], "--redact", "hunter2[-a-z0-9]+", *command[3:], said=said)
    assert done.returncode == 0
    assert LOOSE.encode() in done.stdout
    assert LOOSE.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("fault", "ending", "code"),
    [
        ([], signal.SIGTERM, 0),
        ([], signal.SIGINT, 0),
        (["tools-tool-members"], signal.SIGINT, 1),
    ],
)
def test_a_url_is_announced_recorded_and_ended_by_a_signal(tmp_path, fault, ending, code):
    file = tmp_path / "c.ndjson"
    with running(MockServer("everything", faults=fault)) as url:
        command = [*RECORD, "-o", str(file), "--check", "--port", "0", url]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            own = process.stdout.readline().strip()
            assert own.endswith("/mcp")
            verify = [sys.executable, "-m", "mcp_proof", "verify", "--only=tools-", "--quiet", own]
            assert subprocess.run(verify, check=False, timeout=BOUND).returncode == code
            process.send_signal(ending)
            _, errors = process.communicate(timeout=BOUND)
    assert process.returncode == code
    assert f", {code} violated; " in errors
    assert "answers to requests that the server calls wrong are not judged" in errors
    assert len(read_back(file).events) > 20


def test_a_strict_recording_of_a_url_ends_too(tmp_path):
    file = tmp_path / "c.ndjson"
    with running(MockServer("everything")) as url:
        command = [*RECORD, "-o", str(file), "--strict", "--port", "0", url]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
            assert process.stdout is not None
            own = process.stdout.readline().strip()
            body = line("tools/call", {"name": "echo", "arguments": {"api_key": LOOSE}})
            with pytest.raises((urllib.error.URLError, http.client.HTTPException)):
                urllib.request.urlopen(own, body, timeout=BOUND)
            _, errors = process.communicate(timeout=BOUND)
    assert process.returncode == 1
    assert "line 3 would hold what looks like a secret: /params/arguments/api_key" in errors
    assert LOOSE not in errors + file.read_text()


def test_what_a_server_does_wrong_is_told_while_it_is_recorded(tmp_path):
    file = tmp_path / "c.ndjson"
    fault = "--fault=tools-tool-members"
    mock = (sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio", fault)
    said = line("initialize", INITIALIZE)
    said += b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
    said += line("tools/list", {}, 2)
    done = record("-o", str(file), "--check", "--", *mock, said=said)
    assert done.returncode == 1
    told = done.stderr.decode()
    assert "mcp-proof record: MUST tools-tool-members: " in told
    assert " 1 violated; " in told


def test_a_full_disk_ends_the_recording_and_is_told(tmp_path):
    file = tmp_path / "c.ndjson"
    limited = ("bash", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "bash")
    done = subprocess.run(
        [*limited, *RECORD, "-o", str(file), "--", "cat"],
        input=line("a", "x" * 5000),
        capture_output=True,
        check=False,
        timeout=BOUND,
    )
    assert done.returncode == 2
    assert b"cannot write the recording: File too large" in done.stderr
    assert done.stdout == b""
    assert read_back(file).events


def test_a_client_is_led_through_a_file_that_it_cannot_mistake(tmp_path):
    """A recording is a cassette: it can be verified as a server."""
    file = tmp_path / "c.ndjson"
    mock = (sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio")
    said = line("initialize", INITIALIZE)
    said += b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n' + line("tools/list", {}, 2)
    assert record("-o", str(file), "--", *mock, said=said).returncode == 0
    verify = [sys.executable, "-m", "mcp_proof", "verify", "--only=tools-name", str(file)]
    done = subprocess.run(verify, check=False, timeout=BOUND, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert " 0 violated" in done.stdout


def test_the_module_that_is_started_for_a_command_loads_no_http_client():
    """A client that starts its server through a recorder waits for it each time."""
    listed = "import sys, mcp_proof.record.recording; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", listed], check=True, capture_output=True, text=True, timeout=BOUND
    )
    assert not {"rich", "hypothesis", "websockets", "redis"} & set(done.stdout.split())


def test_what_is_violated_is_told_while_the_client_still_talks(tmp_path):
    mock = (sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio")
    command = [*RECORD, "-o", str(tmp_path / "c"), "--check", "--", *mock]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, "--fault=tools-tool-members"],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        bufsize=0,  # or what is read ahead with the first line is lost to `communicate`
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        bound = threading.Timer(BOUND, process.kill)
        bound.start()
        process.stdin.write(line("initialize", INITIALIZE) + line("tools/list", {}, 2))
        process.stdin.flush()
        told = process.stderr.readline()
        bound.cancel()
        process.stdin.write(line("ping", {}, 3))
        _, rest = process.communicate(timeout=BOUND)
    assert told.startswith(b"mcp-proof record: MUST tools-tool-members: ")
    assert told not in rest
    assert rest.count(b"MUST tools-tool-members: ") == 2
    assert b"tools-tool-members: and " in rest
    assert process.returncode == 1


def test_an_answer_to_a_request_that_is_called_wrong_is_not_judged_as_one_to_a_good_one(tmp_path):
    mock = (sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio")
    said = line("initialize", INITIALIZE)
    said += b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
    said += line("tools/list", {"cursor": "of another server"}, 2)
    done = record("-o", str(tmp_path / "c"), "--check", "--", *mock, said=said)
    assert done.returncode == 0
    assert b", 0 violated; " in done.stderr
