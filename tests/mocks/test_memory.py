"""The mock in memory: one conversation, no I/O, also as a transport of the official Python SDK."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, ClientSession
from mcp.shared.message import SessionMessage
from mcp.types import ElicitRequestParams, ElicitResult, JSONRPCRequest

from mcp_proof_mocks.memory import in_memory
from mcp_proof_mocks.python_sdk import sdk_streams
from mcp_proof_mocks.server import MockServer

BOUND = 20.0
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"elicitation": {}},
    "clientInfo": {"name": "test", "version": "1"},
}


def mock(*names: str, contract: str = "everything") -> MockServer:
    return MockServer(contract, names)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test; it leaves no task behind."""

    async def alone() -> None:
        async with asyncio.timeout(BOUND):
            await test()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(alone())


def request(number: int, method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def test_messages_go_to_and_fro():
    async def test() -> None:
        async with in_memory(mock()) as (send, receive):
            await send(request(1, "initialize", **HELLO))
            answer = await receive()
            assert answer["result"]["protocolVersion"] == "2025-11-25"
            await send({"jsonrpc": "2.0", "method": "notifications/initialized"})
            await send(request(2, "tools/call", name="echo", arguments={"message": "hello"}))
            assert (await receive())["result"]["content"][0]["text"] == "hello"

    run(test)


async def asked(send: Any, receive: Any) -> Any:
    """Begin, and call a tool that asks its user; return what is asked."""
    await send(request(1, "initialize", **HELLO))
    await receive()
    await send(request(2, "tools/call", name="ask_user", arguments={}))
    return await receive()


def test_the_server_asks_back_and_answers_others_meanwhile():
    async def test() -> None:
        async with in_memory(mock()) as (send, receive):
            question = await asked(send, receive)
            assert question["method"] == "elicitation/create"
            await send(request(3, "ping"))
            assert (await receive())["id"] == 3
            result = {"action": "accept", "content": {"name": "Ada"}}
            await send({"jsonrpc": "2.0", "id": question["id"], "result": result})
            answer = await receive()
            assert answer["id"] == 2
            assert answer["result"]["content"][0]["text"] == "thank you, Ada"

    run(test)


def test_a_conversation_that_ends_within_a_question_leaves_nothing_behind():
    async def test() -> None:
        async with in_memory(mock()) as (send, receive):
            await asked(send, receive)

    run(test)


def test_two_conversations_with_one_server_are_strangers():
    async def test() -> None:
        server = mock(contract="chatty")
        async with in_memory(server) as (send, receive), in_memory(server) as (other, heard):
            await send(request(1, "initialize", **HELLO))
            await other(request(2, "initialize", **HELLO))
            assert ((await receive())["id"], (await heard())["id"]) == (1, 2)

    run(test)


def test_the_stateless_era_needs_no_handshake():
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
    meta["io.modelcontextprotocol/clientCapabilities"] = {}

    async def test() -> None:
        async with in_memory(mock()) as (send, receive):
            await send(request(1, "server/discover", _meta=meta))
            assert (await receive())["result"]["resultType"] == "complete"

    run(test)


def test_faults_show_in_memory_too():
    async def test() -> None:
        async with in_memory(mock("jsonrpc-version-2.0")) as (send, receive):
            await send(request(1, "ping"))
            assert (await receive())["jsonrpc"] == "1.0"
        async with in_memory(mock("jsonrpc-utf8")) as (send, receive):
            await send(request(1, "tools/call", name="count_slowly", _meta={"progressToken": 1}))
            with pytest.raises(ValueError, match="no JSON"):
                await receive()

    run(test)


@pytest.mark.parametrize("form", [in_memory, sdk_streams])
def test_what_disturbs_bytes_is_refused_for_nothing_would_do_it(form):
    async def test() -> None:
        async with form(mock("slicer")):
            pass

    with pytest.raises(ValueError, match="slicer: bytes are disturbed by a relay"):
        run(test)


def test_what_fails_inside_is_answered_as_an_internal_error(monkeypatch, capsys):
    def fail(*_: Any) -> None:
        raise OSError("no such thing")

    async def test() -> None:
        server = mock()
        monkeypatch.setattr(server, "offers", fail)
        async with in_memory(server) as (send, receive):
            await send(request(1, "tools/list"))
            answer = await receive()
        assert (answer["id"], answer["error"]["code"]) == (1, -32603)

    run(test)
    assert "no such thing" in capsys.readouterr().err


async def named(_context: Any, _params: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"name": "Ada"})


def test_a_session_of_the_official_sdk_takes_the_streams():
    async def test() -> None:
        async with (
            sdk_streams(mock()) as (read, write),
            ClientSession(read, write, elicitation_callback=named) as session,
        ):
            await session.initialize()
            assert "echo" in [tool.name for tool in (await session.list_tools()).tools]
            result = await session.call_tool("ask_user", {})
            assert result.content[0].text == "thank you, Ada"

    run(test)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_of_the_official_sdk_takes_them_as_a_transport(mode):
    async def test() -> None:
        async with Client(sdk_streams(mock()), mode=mode) as client:
            result = await client.call_tool("echo", {"message": "hello"})
            assert result.content[0].text == "hello"

    run(test)


def test_the_official_sdk_is_told_what_it_cannot_read():
    async def test() -> None:
        async with sdk_streams(mock("jsonrpc-version-2.0")) as (read, write):
            await write.send(SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=1, method="ping")))
            assert isinstance(await read.receive(), ValueError)

    run(test)


def test_the_form_without_the_sdk_loads_nothing_of_it():
    code = (
        "import sys, mcp_proof_mocks.memory\n"
        "print([name for name in ('mcp', 'anyio') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() == "[]"
