"""What a routed mock says comes as it says it, and who leaves or waits too long is noticed."""

import asyncio
import threading
from contextlib import contextmanager, nullcontext
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from any_client import ASYNC, HELLO, KINDS, begin, call, messages, request
from greeter import GREET
from offline import offline

from mcp_proof import MockServer
from mcp_proof.testing.routing import McpRouter
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_mocks.running import running

URL = "https://mcp.example.com/mcp"
MODERN = "2026-07-28"
STREAM = {"Accept": "text/event-stream"}
CONTRACT = {
    "info": {"name": "mock", "version": "1"},
    "announces": ["tools"],
    "tools": [
        {"name": "echo", "answer": {"text": "{{ message }}"}},
        GREET,
    ],
}
BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=str)
BY_ASYNC_KIND = pytest.mark.parametrize("kind", ASYNC, ids=str)


def stateless(method: str, **params: Any) -> dict[str, Any]:
    """A request in the era in which who leaves has cancelled."""
    meta = {"protocolVersion": MODERN, "clientInfo": {}, "clientCapabilities": {}}
    named = {f"io.modelcontextprotocol/{name}": value for name, value in meta.items()}
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method}
    if "name" in params:
        headers["Mcp-Name"] = params["name"]
    return {"json": request(method, 3, **params, _meta=named), "headers": headers}


HANG = stateless("tools/call", name="hang", arguments={})


class Hanging:
    """A tool that answers when it is let go, and knows whether its caller has left it."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.left = threading.Event()

    async def is_called(self) -> None:
        """Wait in any loop, and without a thread."""
        while not self.called.is_set():
            await anyio.lowlevel.checkpoint()

    async def __call__(self, _arguments: Any) -> str:
        self.called.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()
        return "never"


@contextmanager
def mounted(url: str = URL, **options: Any):
    mock = MockServer(CONTRACT, **options)
    threads = set(threading.enumerate())
    with offline(), McpRouter() as router:
        router.mount(url, mock)
        yield mock
    assert set(threading.enumerate()) == threads


@pytest.fixture
def hanging():
    """A mock with a tool that hangs; no call of it is left at the end."""
    tool = Hanging()
    with mounted() as mock:
        mock.register_mock_tool("hang", tool)
        yield tool
    assert tool.left.is_set() or not tool.called.is_set()


@BY_KIND
def test_a_question_in_the_midst_of_a_call_is_answered_and_progress_comes_before_the_result(kind):
    async def test(client: Any) -> list[Any]:
        session = await begin(client, URL)
        seen: list[Any] = []
        asked = client.stream("POST", URL, json=call("greet"), headers=session)
        async with asked as response:
            async for message in messages(response):
                if message.get("method") == "elicitation/create":
                    answer = {"action": "accept", "content": {"name": "Ada"}}
                    reply = {"jsonrpc": "2.0", "id": message["id"], "result": answer}
                    assert (await client.post(URL, json=reply, headers=session)).status_code == 202
                    seen.append("asked")
                elif "result" in message:
                    seen.append(message["result"]["content"][0]["text"])
                else:
                    seen.append(message["params"]["progress"])
        return seen

    with mounted():
        assert kind.run(test) == [1, "asked", 2, "Hello, Ada."]


@BY_KIND
def test_a_stream_of_its_own_carries_what_is_announced_until_the_session_is_deleted(kind):
    async def test(client: Any) -> None:
        session = await begin(client, URL)
        async with client.stream("GET", URL, headers={**session, **STREAM}) as response:
            mock.announce("tools")  # from the thread of the test
            async for message in messages(response):
                assert message["method"] == "notifications/tools/list_changed"
                deleted = await client.delete(URL, headers=session)
                assert deleted.status_code == 204
        late = await client.post(URL, json=call("echo"), headers=session)
        assert late.status_code == 404

    with mounted() as mock:
        kind.run(test)


@pytest.mark.parametrize("root", ["", "/v1"])
@BY_KIND
def test_http_and_sse_answers_on_its_stream_what_is_posted_beside_it(kind, root):
    async def test(client: Any) -> None:
        stream = client.stream("GET", f"https://mcp.example.com{root}/sse")
        with anyio.CancelScope() as reading:
            async with stream as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: /"):
                        assert line.startswith(f"data: {root}/messages?")
                        beside = f"https://mcp.example.com{line.removeprefix('data: ')}"
                        assert (await client.post(beside, json=HELLO)).status_code == 202
                    elif line.startswith("data: {"):
                        assert '"serverInfo"' in line
                        reading.cancel()  # for trio wants to see generators ended
                        if kind.loop == "blocking":
                            break

    with mounted(f"https://mcp.example.com{root}/sse"):
        kind.run(test)


@BY_ASYNC_KIND
def test_two_clients_are_served_at_once(kind, hanging):
    async def test(client: Any) -> None:
        async with anyio.create_task_group() as tasks:
            session = await begin(client, URL)
            tasks.start_soon(lambda: client.post(URL, json=call("hang"), headers=session))
            await hanging.is_called()
            async with kind.client() as other:
                own = await begin(other, URL)
                answer = await other.post(URL, json=call("echo", message="hello"), headers=own)
                assert "hello" in answer.text
            tasks.cancel_scope.cancel()

    kind.run(test)


# Who leaves, and who waits


@BY_ASYNC_KIND
def test_a_call_that_is_cancelled_is_left_in_the_mock_as_well(kind, hanging):
    async def test(client: Any) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: client.post(URL, **HANG))
            await hanging.is_called()
            tasks.cancel_scope.cancel()
        assert hanging.left.is_set()

    kind.run(test)


@BY_KIND
def test_a_stream_that_is_closed_halfway_is_closed_in_the_mock_as_well(kind):
    async def test(client: Any) -> None:
        session = await begin(client, URL)
        async with client.stream("GET", URL, headers={**session, **STREAM}) as response:
            assert response.status_code == 200
        ends = [event for event in mock.journal.events() if event.kind is EventKind.END]
        assert (ends[-1].sender, ends[-1].data) == (Sender.CLIENT, {"how": "closed", "detail": ""})

    with mounted() as mock:
        kind.run(test)


@BY_KIND
def test_a_client_waits_for_an_answer_as_long_as_it_wants(kind, hanging):
    async def test(client: Any) -> None:
        with pytest.raises(kind.library.ReadTimeout, match=r"nothing came for 0.05 s"):
            await client.post(URL, **HANG, timeout=0.05)
        assert hanging.called.is_set() == hanging.left.is_set()

    kind.run(test)


@BY_KIND
def test_a_response_that_breaks_off_is_an_error_of_the_client_s_own_library(kind):
    async def test(client: Any) -> None:
        session = await begin(client, URL)
        with pytest.raises(kind.library.RemoteProtocolError, match="ended without a response"):
            await client.post(URL, json=request("resources/list", 2), headers=session)

    with mounted(faults=["jsonrpc-request-answered"]):
        kind.run(test)


@pytest.mark.parametrize("runs", [running, nullcontext])
@BY_KIND
def test_a_stream_that_is_still_open_at_the_end_of_the_block_is_cut_off(kind, runs):
    async def test(client: Any) -> None:
        with McpRouter() as router:
            router.mount(URL, mock)
            session = await begin(client, URL)
            opened = client.stream("GET", URL, headers={**session, **STREAM})
            response = await opened.__aenter__()
        last = list(mock.journal.events())[-1]
        assert (last.sender, last.kind) == (Sender.CLIENT, EventKind.END)
        with pytest.raises(kind.library.RemoteProtocolError):
            async for _ in response.aiter_lines():
                pass
        await opened.__aexit__(None, None, None)

    mock = MockServer(CONTRACT)
    with runs(mock):
        kind.run(test)


@BY_ASYNC_KIND
def test_who_waits_for_a_stream_learns_that_the_block_has_ended(kind):
    async def test(client: Any) -> None:
        ended = anyio.Event()

        async def listen() -> None:
            with pytest.raises(kind.library.RemoteProtocolError):
                async for _ in response.aiter_lines():
                    pass
            ended.set()

        async with anyio.create_task_group() as tasks:
            with McpRouter() as router:
                router.mount(URL, MockServer(CONTRACT))
                session = await begin(client, URL)
                opened = client.stream("GET", URL, headers={**session, **STREAM})
                response = await opened.__aenter__()
                tasks.start_soon(listen)
                await anyio.lowlevel.checkpoint()
            await ended.wait()
        await opened.__aexit__(None, None, None)

    kind.run(test)


@BY_ASYNC_KIND
def test_who_waits_for_a_mock_that_ends_learns_it(kind):
    async def test(client: Any) -> None:
        with McpRouter() as router:
            async with anyio.create_task_group() as tasks:
                with running(mock):
                    router.mount(URL, mock)
                    tasks.start_soon(ask, client)
                    await tool.is_called()

    async def ask(client: Any) -> None:
        with pytest.raises(kind.library.RemoteProtocolError):
            await client.post(URL, **HANG)

    tool = Hanging()
    mock = MockServer(CONTRACT)
    mock.register_mock_tool("hang", tool)
    kind.run(test)
    assert tool.left.is_set()


@BY_KIND
def test_what_the_mock_can_end_in_order_it_does_at_the_end_of_the_block(kind):
    listening = stateless("subscriptions/listen", notifications={"toolsListChanged": True})

    async def test(client: Any) -> None:
        with McpRouter() as router:
            router.mount(URL, mock)
            opened = client.stream("POST", URL, **listening)
            response = await opened.__aenter__()
            assert response.status_code == 200
        await opened.__aexit__(None, None, None)

    mock = MockServer(CONTRACT)
    kind.run(test)
    last = list(mock.journal.events())[-1]
    assert (last.sender, last.kind, last.data["how"]) == (Sender.SERVER, EventKind.END, "complete")


# Mocks that ask mocks

BEHIND = "https://behind.example/mcp"


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_tool_may_ask_another_mock_without_blocking(library):
    async def ask(_arguments: Any) -> str:
        async with library.AsyncClient(verify=False) as client:
            session = await begin(client, BEHIND)
            call_it = call("echo", message="from behind")
            answer = await client.post(BEHIND, json=call_it, headers=session)
            return answer.json()["result"]["content"][0]["text"]

    assert asked_behind(ask) == "from behind"


def test_a_tool_that_asks_another_mock_and_blocks_is_told():
    def ask(_arguments: Any) -> str:
        return httpx2.post(BEHIND, json=HELLO).text

    assert "RuntimeError: a tool of a mock asked a mock, and blocks" in asked_behind(ask)


def asked_behind(ask: Any) -> str:
    async def test(client: Any) -> str:
        session = await begin(client, URL)
        answer = await client.post(URL, json=call("ask"), headers=session)
        return answer.json()["result"]["content"][0]["text"]

    with offline(), McpRouter() as router:
        mock = MockServer(CONTRACT)
        mock.register_mock_tool("ask", ask)
        router.mount(URL, mock)
        router.mount(BEHIND, MockServer(CONTRACT))
        return KINDS[0].run(test)
