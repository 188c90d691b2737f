"""Whatever comes on standard input: each line gets its answer, and the next one is read."""

import json
import subprocess
import sys

MOCK = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"]
PING = b'{"jsonrpc":"2.0","id":"next","method":"ping"}\n'
BROKEN = """
import asyncio
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio

def fail(_):
    raise OSError("a secret of the mock")

server = MockServer("plain")
server.offers = fail
asyncio.run(serve_stdio(server))
"""


def served(data: bytes, command: list[str] = MOCK) -> tuple[list[dict], str]:
    done = subprocess.run(command, input=data + PING, capture_output=True, timeout=30, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers.pop() == {"jsonrpc": "2.0", "id": "next", "result": {}}
    return answers, done.stderr.decode()


def test_lines_that_are_no_json_are_parse_errors():
    lines = [b"", b"{", b"\x00", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000]
    answers, told = served(b"".join(line + b"\n" for line in lines))
    assert [answer["error"]["code"] for answer in answers] == [-32700] * len(lines)
    assert told == ""


def test_a_line_that_is_too_long_is_a_parse_error():
    long = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"' + b"x" * (33 << 20) + b'"}}\n'
    answers, told = served(long)
    assert [answer["error"]["code"] for answer in answers] == [-32700]
    assert told == ""


def test_any_text_is_an_argument():
    texts = ["\x00", "\ud800", "\u2028"]
    lines = [
        {
            "jsonrpc": "2.0",
            "id": number,
            "method": "tools/call",
            "params": {"name": "echo", "arguments": {"message": text}},
        }
        for number, text in enumerate(texts)
    ]
    answers, _ = served(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    shown = [answer["result"]["content"][0]["text"] for answer in answers]
    assert shown == ["\x00", "\ufffd", "\u2028"]


def test_a_fault_of_the_mock_is_an_internal_error_and_the_next_line_is_read():
    request = b'{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{}}\n'
    answers, told = served(request, [sys.executable, "-c", BROKEN])
    error = {"code": -32603, "message": "Internal error"}
    assert answers == [{"jsonrpc": "2.0", "id": 7, "error": error}]
    assert "OSError: a secret of the mock" in told
    assert "this is a fault of mcp-proof itself" in told
