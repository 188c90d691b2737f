"""Each planted bug shows itself by its smallest input, and the clean twin has none of them."""

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import jsonschema_rs
import pytest
from planted.bugs import BUGS

SERVER = Path(__file__).parents[2] / "peers" / "planted" / "server.py"
BOUND = 10.0
SILENCE = 0.4
"""Seconds without a sign of life that show a server to hang."""
BLOCKS = ("text", "image", "audio", "resource", "resource_link")
REVISIONS = ("2025-06-18", "2025-11-25")
CONTROL = "control"


class Seen(NamedTuple):
    """What came back for the last step of a case."""

    result: dict[str, Any] | None
    error: dict[str, Any] | None
    answers: int
    noise: list[str]
    """Lines that are no messages."""
    alive: bool
    """Whether a control request was answered afterwards."""
    first: dict[str, Any] | None
    """The result of the first step."""
    tools: list[dict[str, Any]]


class Client:
    """Speaks to the peer by lines."""

    def __init__(self, process: subprocess.Popen, revision: str, wait: float) -> None:
        self.process = process
        self.wait = wait
        self.left = b""
        self.count = 0
        info = {"name": "test", "version": "1"}
        hello = {"protocolVersion": revision, "capabilities": {}, "clientInfo": info}
        assert self.ask("initialize", hello)["result"]["protocolVersion"] == revision
        self.tools = self.ask("tools/list")["result"]["tools"]

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the only answer to a request."""
        [line] = self.exchange(method, params)[0]
        return json.loads(line)

    def exchange(self, method: str, params: dict[str, Any] | None = None) -> tuple[list[str], bool]:
        """Return what comes before a control request is answered, and whether it is."""
        self.count += 1
        asked = {"jsonrpc": "2.0", "id": self.count, "method": method, "params": params or {}}
        control = {"jsonrpc": "2.0", "id": CONTROL, "method": "ping"}
        written = f"{json.dumps(asked)}\n{json.dumps(control)}\n".encode()
        self.process.stdin.write(written)
        lines: list[str] = []
        while (line := self.line()) is not None:
            if f'"{CONTROL}"' in line:
                return lines, True
            lines.append(line)
        return lines, False

    def line(self) -> str | None:
        """Return the next line; `None` where there is none, or the server is silent."""
        until = time.monotonic() + self.wait
        while b"\n" not in self.left:
            ready, _, _ = select.select([self.process.stdout], [], [], until - time.monotonic())
            read = os.read(self.process.stdout.fileno(), 1 << 20) if ready else b""
            if not read:
                return None
            self.left += read
        line, _, self.left = self.left.partition(b"\n")
        return line.decode()

    def send(self, steps: list[dict[str, Any]]) -> Seen:
        """Send a case."""
        results: list[dict[str, Any]] = []
        for step in steps:
            lines, alive = self.exchange(*request(step, results))
            messages = [json.loads(line) for line in lines if line.startswith("{")]
            answers = [message for message in messages if message["id"] == self.count]
            last = answers[-1] if answers else {}
            results.append(last.get("result"))
        noise = [line for line in lines if not line.startswith("{")]
        tools = self.ask("tools/list")["result"]["tools"] if alive else self.tools
        error = last.get("error")
        return Seen(results[-1], error, len(answers), noise, alive, results[0], tools)


def request(step: dict[str, Any], results: list[Any]) -> tuple[str, dict[str, Any]]:
    """Return the request of a step, with what it draws from results before it."""
    given = {name: resolved(value, results) for name, value in step["arguments"].items()}
    match step:
        case {"tool": name}:
            return "tools/call", {"name": name, "arguments": given}
        case {"prompt": name}:
            return "prompts/get", {"name": name, "arguments": given}
        case {"template": uri}:
            for name, value in given.items():
                uri = uri.replace(f"{{{name}}}", quote(value, safe=""))
            return "resources/read", {"uri": uri}
    kind, _, name = step["completion"].partition(" ")
    name, _, argument = name.rpartition("#")
    reference = (
        {"type": "ref/prompt", "name": name}
        if kind == "prompt"
        else {"type": "ref/resource", "uri": name}
    )
    return "completion/complete", {"ref": reference, "argument": {"name": argument, **given}}


def resolved(value: Any, results: list[Any]) -> Any:
    match value:
        case {"$from": [index, pointer]}:
            return results[index]["structuredContent"][pointer[1:]]
    return value


def symptoms(client: Client, seen: Seen, step: dict[str, Any]) -> set[str]:
    """All that is wrong with what was seen, by the oracles that should say so."""
    found = {
        "crash": not seen.alive and client.process.poll() is not None,
        "hang": seen.answers == 0 and client.process.poll() is None,
        "protocol-error": seen.error is not None,
        "stdio-stdout-clean": bool(seen.noise),
        "jsonrpc-response-id-echo": seen.answers > 1,
        "read-only": seen.tools != client.tools,
    }
    return {name for name, holds in found.items() if holds} | of_result(client, seen, step)


def of_result(client: Client, seen: Seen, step: dict[str, Any]) -> set[str]:
    """What is wrong with a result."""
    if seen.result is None:
        return set()
    if "completion" in step:
        values = seen.result["completion"].get("values")
        return set() if values is not None and len(values) <= 100 else {"wire-schema"}
    if "tool" not in step:
        return set()
    tool = next(tool for tool in client.tools if tool["name"] == step["tool"])
    failed = seen.result.get("isError") is True
    valid = judged(tool["inputSchema"], step["arguments"])
    given = seen.result.get("structuredContent")
    due = "outputSchema" in tool and valid and not failed
    found = {
        "invalid-accepted": not valid and not failed,
        "output-schema": due and given is None,
        "tools-structured-matches-schema": due
        and given is not None
        and not judged(tool["outputSchema"], given),
        "leak": failed and valid and "already" not in text(seen),
        "tools-content-type-known": seen.result["content"][0]["type"] not in BLOCKS,
        "idempotent": seen.first is not None and bool(seen.first.get("isError")) is not failed,
    }
    return {name for name, holds in found.items() if holds}


def judged(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value satisfies a schema; one with parts of earlier answers does."""
    return "$from" in json.dumps(value) or jsonschema_rs.is_valid(
        schema, value, validate_formats=False
    )


def text(seen: Seen) -> str:
    return seen.result["content"][0].get("text", "")


@pytest.fixture
def connect():
    """Start the broken server, or its twin; end it after the test."""
    started: list[subprocess.Popen] = []

    def start(*options: str, revision: str = REVISIONS[-1], wait: float = BOUND) -> Client:
        process = subprocess.Popen(
            [sys.executable, str(SERVER), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        started.append(process)
        return Client(process, revision, wait)

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_its_smallest_input_shows_a_bug_and_no_other(connect, bug):
    hangs = bug.oracle == "hang" and not bug.detail
    client = connect(wait=BOUND)
    client.wait = SILENCE if hangs else BOUND
    seen = client.send(bug.steps)
    if bug.oracle == "crash":
        client.process.wait(BOUND)
    assert symptoms(client, seen, bug.steps[-1]) == {bug.oracle}
    if bug.oracle == "hang":
        assert seen.alive is bool(bug.detail)
    elif bug.detail:
        assert bug.detail in text(seen)


def test_an_uncaught_exception_is_printed_on_standard_error(connect):
    client = connect()
    client.send([{"tool": "divide_budget", "arguments": {"people": 0, "amount": 0}}])
    assert b"ZeroDivisionError" in client.process.stderr.read()


def test_the_path_that_is_shown_is_absolute(connect):
    seen = connect().send([{"tool": "read_setting", "arguments": {"key": "legacy.colours"}}])
    assert f"{SERVER.resolve().parent}{os.sep}" in text(seen)


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_clean_twin_shows_no_bug(connect, revision):
    client = connect("--clean", revision=revision)
    for bug in BUGS:
        seen = client.send(bug.steps)
        wanted = {"protocol-error"} if bug.oracle == "invalid-accepted" else set()
        wanted = wanted if revision == REVISIONS[0] else set()
        assert symptoms(client, seen, bug.steps[-1]) == wanted, bug.name
        refused = seen.error or seen.result.get("isError", False)
        assert bool(refused) is (bug.oracle == "invalid-accepted"), bug.name


def test_both_servers_list_the_same_tools(connect):
    broken, clean = connect().tools, connect("--clean").tools
    assert broken == clean
    assert len(clean) >= 25
    assert {tool["annotations"]["readOnlyHint"] for tool in clean} == {True}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_smallest_case_is_known_as_one(bug):
    assert bug.is_minimal(bug.steps)


def test_the_server_tells_what_was_tried(connect, tmp_path):
    tried = tmp_path / "tried.txt"
    client = connect("--clean", "--tried", str(tried))
    for bug in BUGS:
        client.send(bug.steps)
    assert {bug.operation for bug in BUGS} <= set(tried.read_text().splitlines())


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("tools/call", {"name": "no_such_tool"}, -32602),
        ("tools/call", {"name": "count_words", "arguments": []}, -32602),
        ("resources/read", {"uri": "notes:///\ud800"}, -32602),
        ("resources/read", {"uri": "notes:///"}, -32002),
        ("prompts/get", {"name": "review_code", "arguments": {}}, -32602),
        ("completion/complete", {"ref": {}, "argument": {"name": "x", "value": ""}}, -32602),
        ("no/such/method", {}, -32601),
    ],
)
@pytest.mark.parametrize("options", [(), ("--clean",)], ids=["broken", "clean"])
def test_what_is_no_matter_of_a_tool_is_refused_by_either(connect, options, method, params, code):
    assert connect(*options).ask(method, params)["error"]["code"] == code


def test_half_a_surrogate_pair_is_refused_by_the_tool(connect):
    call = {"name": "shorten_title", "arguments": {"title": "\udc80"}}
    assert connect("--clean").ask("tools/call", call)["result"]["isError"] is True


def test_the_clean_twin_is_quick_with_huge_inputs(connect):
    client = connect("--clean")
    tree: dict[str, Any] = {"name": ""}
    for _ in range(400):
        tree = {"name": "", "children": [tree]}
    for steps in (
        [{"tool": "count_words", "arguments": {"text": "word " * 200_000}}],
        [{"tool": "check_price", "arguments": {"cents": 10**4000}}],
        [{"tool": "measure_tree", "arguments": {"root": tree}}],
    ):
        seen = client.send(steps)
        assert "isError" not in seen.result
        assert symptoms(client, seen, steps[-1]) == set()
