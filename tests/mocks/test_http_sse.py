"""The mock over HTTP+SSE: one event stream for all answers, and an endpoint to POST to."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import ClientSession
from mcp.client.sse import sse_client

from mcp_proof_contracts.framing import EventStreamReader, ServerSentEvent
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 20.0
HELLO = {
    "protocolVersion": "2024-11-05",
    "capabilities": {"elicitation": {}},
    "clientInfo": {"name": "test", "version": "1"},
}
PING = {"jsonrpc": "2.0", "id": "ping", "method": "ping"}


class Client:
    """Listens on the stream of one session and POSTs to its endpoint."""

    def __init__(self, http: httpx2.AsyncClient, stream: httpx2.Response) -> None:
        self._http = http
        self._events = self._read(stream)
        self.endpoint = ""

    async def next(self) -> ServerSentEvent:
        return await anext(self._events)

    async def post(self, message: Any) -> httpx2.Response:
        return await self._http.post(self.endpoint, json=message)

    async def ask(self, message: dict[str, Any]) -> Any:
        assert (await self.post(message)).status_code == 202
        return json.loads((await self.next()).data)

    async def _read(self, stream: httpx2.Response) -> AsyncIterator[ServerSentEvent]:
        reader = EventStreamReader()
        async for chunk in stream.aiter_bytes():
            for event in reader.feed(chunk):
                yield event


@asynccontextmanager
async def listening(http: httpx2.AsyncClient) -> AsyncIterator[Client]:
    async with http.stream("GET", "/sse", headers={"Accept": "text/event-stream"}) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        client = Client(http, stream)
        first = await client.next()
        assert first.event == "endpoint"
        client.endpoint = first.data
        yield client


def served(test: Callable[[httpx2.AsyncClient], Awaitable[None]], contract: str = "everything"):
    async def run() -> None:
        async with (
            asyncio.timeout(BOUND),
            serving(MockServer(contract)) as url,
            httpx2.AsyncClient(
                base_url=url.removesuffix("/mcp"), verify=False, trust_env=False
            ) as http,
        ):
            await test(http)

    asyncio.run(run())


def request(number: int, method: str, params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def call(number: int, tool: str) -> dict[str, Any]:
    return request(number, "tools/call", {"name": tool, "arguments": {}})


def test_a_post_is_accepted_and_answered_on_the_stream():
    async def test(http):
        async with listening(http) as client:
            assert client.endpoint.startswith("/messages?sessionId=")
            answer = await client.ask(request(1, "initialize", HELLO))
            assert answer["result"]["protocolVersion"] == "2024-11-05"
            assert (await client.ask(PING))["id"] == "ping"

    served(test)


def test_a_call_that_asks_back_is_answered_while_others_go_on():
    async def test(http):
        async with listening(http) as client:
            await client.ask(request(1, "initialize", HELLO))
            asked = await client.ask(call(2, "ask_user"))
            assert asked["method"] == "elicitation/create"
            assert (await client.ask(PING))["id"] == "ping"
            result = {"action": "accept", "content": {"name": "Ada"}}
            told = await client.ask({"jsonrpc": "2.0", "id": asked["id"], "result": result})
            assert told["id"] == 2
            assert told["result"]["content"][0]["text"] == "thank you, Ada"

    served(test)


def test_what_is_no_message_is_refused_on_the_stream():
    async def test(http):
        async with listening(http) as client:
            assert (await http.post(client.endpoint, content=b"{")).status_code == 202
            assert json.loads((await client.next()).data)["error"]["code"] == -32700

    served(test)


def test_each_stream_is_a_session_of_its_own_and_ends_with_it():
    async def test(http):
        async with listening(http) as one:
            async with listening(http) as other:
                assert one.endpoint != other.endpoint
                await other.ask(PING)
            while (await other.post(PING)).status_code != 404:
                pass  # until the server has seen the connection close
            assert (await one.ask(PING))["id"] == "ping"

    served(test)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/sse", {}, 405),
        ("GET", "/messages", {}, 405),
        ("POST", "/messages", {}, 404),
        ("POST", "/messages?sessionId=never-given", {}, 404),
        ("GET", "/sse", {"Origin": "http://evil.example"}, 403),
        ("POST", "/messages", {"Origin": "http://evil.example"}, 403),
        ("GET", "/sse/", {}, 404),
    ],
)
def test_what_is_not_for_it_is_refused(method, path, headers, status):
    async def test(http):
        response = await http.request(method, path, headers=headers, content=b"{}")
        assert response.status_code == status
        assert (response.headers.get("allow") is not None) is (status == 405)

    served(test)


def test_a_mock_without_a_revision_that_had_it_does_not_serve_it():
    async def test(http):
        assert (await http.get("/sse")).status_code == 404
        assert (await http.post("/messages")).status_code == 404

    served(test, contract="modern")


def test_the_official_client_talks_to_it():
    async def test(http):
        url = str(http.base_url.join("/sse"))
        async with sse_client(url) as streams, ClientSession(*streams) as session:
            await session.initialize()
            assert "echo" in [tool.name for tool in (await session.list_tools()).tools]
            result = await session.call_tool("echo", {"message": "hello"})
            assert result.content[0].text == "hello"

    served(test)
