"""A mock in front of real servers: it answers what its contract defines, they the rest."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from mock_client import Client, text
from real_servers import INSTALLED, command, known, served, violated, wait_for

from mcp_proof.pass_through import passing_through
from mcp_proof.targets import CommandTarget, UrlTarget
from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision
from mcp_proof_mocks.server import MockServer

pytestmark = INSTALLED

BOUND = 60.0
READ_ONLY = {"readOnlyHint": True}
MESSAGE = {"type": "object", "properties": {"message": {"type": "string"}}}
OWN = {
    "info": {"name": "front", "version": "1.0.0"},
    "tools": [
        {
            "name": "echo",
            "inputSchema": {**MESSAGE, "required": ["message"]},
            "annotations": READ_ONLY,
            "answer": {"text": "the mock heard {{ message }}"},
        },
        {"name": "added", "annotations": READ_ONLY, "answer": {"text": "ours alone"}},
    ],
}
SAMPLING = {"name": "trigger-sampling-request", "arguments": {"prompt": "x"}}
SAMPLED = {"role": "assistant", "content": text("sampled by a test"), "model": "m"}
SPOKEN = [Revision.R2025_11_25, Revision.R2026_07_28]


@asynccontextmanager
async def in_front(
    transport: str, folder: Path, revision: Revision, **capabilities: Any
) -> AsyncGenerator[Client]:
    """A client of a mock that passes on to server-everything, within bounds."""
    url = nullcontext("") if transport == "stdio" else served(f"server-everything-{transport}")
    with url as address:
        real = {"command": command("server-everything", folder)}
        front = MockServer({**OWN, "pass_through": {"url": address} if address else real})
        async with asyncio.timeout(BOUND), passing_through(front):
            client = Client(front, revision, **capabilities)
            await client.start()
            yield client


@pytest.mark.parametrize("revision", SPOKEN)
@pytest.mark.parametrize("transport", ["stdio", "http", "sse"])
def test_one_tool_is_overridden_one_added_and_the_others_are_real(transport, revision, tmp_path):
    async def scene() -> None:
        async with in_front(transport, tmp_path, revision) as client:
            listed = [tool["name"] for tool in (await client.result("tools/list"))["tools"]]
            assert listed[:2] == ["echo", "added"]
            assert len(listed) == len(set(listed)) > 12
            hi = {"message": "hi"}
            echoed = await client.result("tools/call", name="echo", arguments=hi)
            assert echoed["content"] == [text("the mock heard hi")]
            added = await client.result("tools/call", name="added")
            assert added["content"] == [text("ours alone")]
            two = {"a": 1, "b": 2}
            total = await client.result("tools/call", name="get-sum", arguments=two)
            assert total["content"] == [text("The sum of 1 and 2 is 3.")]
            london = {"location": "New York"}
            arguments = {"name": "get-structured-content", "arguments": london}
            assert (await client.result("tools/call", **arguments))["structuredContent"]
            refused = await client.result("tools/call", name="get-sum", arguments={"a": "x"})
            assert refused["isError"] is True
            assert (await client.error("resources/read", uri="demo://none"))["code"] == -32602
            resources = (await client.result("resources/list"))["resources"]
            read = await client.result("resources/read", uri=resources[0]["uri"])
            assert read["contents"][0]["text"]
            assert (await client.result("resources/templates/list"))["resourceTemplates"]
            assert (await client.result("prompts/get", name="simple-prompt"))["messages"]
            ref = {"type": "ref/prompt", "name": "completable-prompt"}
            argument = {"name": "department", "value": "E"}
            completed = await client.result("completion/complete", ref=ref, argument=argument)
            assert completed["completion"]["values"] == ["Engineering"]

    asyncio.run(scene())


@pytest.mark.parametrize("revision", SPOKEN)
@pytest.mark.parametrize("transport", ["stdio", "http", "sse"])
def test_progress_reaches_each_of_two_clients_by_its_own_token(transport, revision, tmp_path):
    async def scene() -> None:
        async with in_front(transport, tmp_path, revision) as client:
            other = Client(client.conversation.server, revision)
            await other.start()
            arguments = {"duration": 0.2, "steps": 2}
            call = {"name": "trigger-long-running-operation", "arguments": arguments}
            await asyncio.gather(
                client.result("tools/call", **call, _meta={"progressToken": "one"}),
                other.result("tools/call", **call, _meta={"progressToken": 2}),
            )
            told = [[sent["params"]["progressToken"] for sent in c.heard] for c in (client, other)]
            assert told == [["one", "one"], [2, 2]]

    asyncio.run(scene())


@pytest.mark.parametrize("transport", ["stdio", "http", "sse"])
def test_a_stateful_client_is_asked_what_the_real_server_asks(transport, tmp_path):
    async def scene() -> None:
        async with in_front(
            transport, tmp_path, Revision.R2025_11_25, sampling={}, elicitation={}
        ) as client:
            client.answers["sampling/createMessage"] = {"result": SAMPLED}
            result = await client.result("tools/call", **SAMPLING)
            assert "sampled by a test" in result["content"][0]["text"]
            accepted = {"action": "accept", "content": {"name": "Ada", "email": "a@example.org"}}
            client.answers["elicitation/create"] = {"result": accepted}
            result = await client.result("tools/call", name="trigger-elicitation-request")
            assert any("Ada" in block["text"] for block in result["content"])

    asyncio.run(scene())


@pytest.mark.parametrize("transport", ["stdio", "http", "sse"])
def test_a_stateless_client_is_asked_in_rounds(transport, tmp_path):
    async def scene() -> None:
        async with in_front(
            transport, tmp_path, Revision.R2026_07_28, sampling={}, roots={}
        ) as client:
            asked = await client.result("tools/call", **SAMPLING)
            [(name, request)] = asked["inputRequests"].items()
            assert request["method"] == "sampling/createMessage"
            again = {"requestState": asked["requestState"], "inputResponses": {name: SAMPLED}}
            result = await client.result("tools/call", **SAMPLING, **again)
            assert "sampled by a test" in result["content"][0]["text"]

    asyncio.run(scene())


def test_what_the_client_did_not_declare_is_refused_to_the_real_server(tmp_path):
    async def scene() -> None:
        async with in_front("stdio", tmp_path, Revision.R2025_11_25) as client:
            result = await client.result("tools/call", **SAMPLING)
            assert result["isError"] is True
            assert "has declared sampling/createMessage" in result["content"][0]["text"]

    asyncio.run(scene())


@pytest.mark.parametrize("revision", SPOKEN)
@pytest.mark.parametrize("transport", ["stdio", "http", "sse"])
def test_a_cancelled_call_gets_no_answer_and_the_next_one_does(transport, revision, tmp_path):
    async def scene() -> None:
        async with in_front(transport, tmp_path, revision) as client:
            slow = {"name": "trigger-long-running-operation", "arguments": {"duration": 30}}
            call = asyncio.create_task(client.request("tools/call", number=77, **slow))
            await client.result("tools/call", name="get-sum", arguments={"a": 1, "b": 2})
            await client.cancel(77)
            assert await call is None
            await client.result("tools/call", name="get-sum", arguments={"a": 1, "b": 2})

    asyncio.run(scene())


def test_the_files_of_server_filesystem_are_behind_the_mock(tmp_path):
    (tmp_path / "note.txt").write_text("a real file")

    async def scene() -> None:
        own = {"name": "write_file", "answer": {"error": "The mock writes nothing."}}
        front = MockServer(
            {
                "info": OWN["info"],
                "tools": [own],
                "pass_through": {"command": command("server-filesystem", tmp_path)},
            }
        )
        async with asyncio.timeout(BOUND), passing_through(front):
            client = Client(front, Revision.R2025_11_25, roots={})
            await client.start()
            listed = [tool["name"] for tool in (await client.result("tools/list"))["tools"]]
            assert listed.count("write_file") == 1
            path = {"path": str(tmp_path / "note.txt")}
            read = await client.result("tools/call", name="read_text_file", arguments=path)
            assert read["content"] == [text("a real file")]
            await client.result("tools/call", name="write_file", arguments={**path, "content": ""})
            outside = {"path": str(tmp_path.parent)}
            refused = await client.result("tools/call", name="list_directory", arguments=outside)
            assert refused["isError"] is True
        assert (tmp_path / "note.txt").read_text() == "a real file"

    asyncio.run(scene())


def contract(folder: Path, place: dict[str, Any]) -> str:
    path = folder / "front.yaml"
    path.write_text(yaml.safe_dump({**OWN, "pass_through": place}))
    return str(path)


def noted(folder: Path) -> tuple[dict[str, Any], Path]:
    """How server-everything is started, and the file that then has the id of its group."""
    note = folder / "pid"
    wrapper = ["sh", "-c", f'echo $$ > "{note}"; exec "$@"', "sh"]
    return {"command": [*wrapper, *command("server-everything", folder)]}, note


MOCK = [sys.executable, "-m", "mcp_proof", "mock"]


@contextmanager
def mock_over_http(path: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*MOCK, path, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(BOUND, process.kill)
    guard.start()
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}/mcp", process
    finally:
        guard.cancel()
        process.terminate()
        process.communicate(timeout=20)


def wait_until_gone(note: Path) -> None:
    """Wait until no process of the group is left, none that another of it has started either."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(int(note.read_text()), 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)  # it is init that buries orphans: there is nothing to wait on
    pytest.fail("the real server outlives the mock")


def test_the_real_server_ends_with_the_mock_and_its_death_is_told(tmp_path):
    place, note = noted(tmp_path)
    with mock_over_http(contract(tmp_path, place)) as (_, process):
        process.terminate()
        assert process.wait(timeout=20) == 0
    wait_until_gone(note)

    over_stdio = [*MOCK, contract(tmp_path, place), "--stdio"]
    done = subprocess.run(
        over_stdio, input="", capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr == ""
    wait_until_gone(note)

    with mock_over_http(contract(tmp_path, place)) as (_, process):
        os.killpg(int(note.read_text()), signal.SIGKILL)
        assert process.stderr is not None
        assert "lost the real server" in process.stderr.readline()


@pytest.mark.parametrize("revision", [STATEFUL[0], STATEFUL[-1], REVISIONS[-1]])
def test_verify_finds_no_more_over_stdio_than_of_the_real_server(revision, tmp_path):
    place = {"command": command("server-everything", tmp_path)}
    front = CommandTarget([*MOCK, contract(tmp_path, place), "--stdio"])
    assert set(violated(front, revision)) <= excused("server-everything", revision)


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_verify_finds_no_more_over_http_than_of_the_real_server(revision, tmp_path):
    with served("server-everything-http") as real:
        path = contract(tmp_path, {"url": real})
        with mock_over_http(path) as (url, _):
            found = violated(UrlTarget(url), revision)
    assert set(found) <= excused("server-everything-http", revision)


def excused(name: str, revision: Revision) -> set[str]:
    """What is known of the real server; at a revision that it does not speak, of any other."""
    spoken = [revision] if revision in STATEFUL else STATEFUL
    return set().union(*(known(name, each) for each in spoken))
