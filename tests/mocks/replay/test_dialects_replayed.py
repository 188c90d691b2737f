"""Cassettes of the dialects besides MCP: the same requests get the same responses."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
import redis as redis_library
from websockets.asyncio.client import connect

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.queue import REQUESTS, TOOLS, response_key
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.server import played
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

BOUND = 20
RPC = {"jsonrpc": "2.0", "id": 1}
CALL = {"name": "process_data", "arguments": {"input": "some text"}}
ASKED: dict[str, list[tuple[str, str, Any]]] = {
    "email_tools": [
        ("GET", "/mcp/discover", None),
        ("GET", "/health", None),
        ("POST", "/mcp/execute", {"tools": [{"tool_slug": "send_email", "arguments": {}}]}),
        ("POST", "/mcp/execute", {"tools": [{"tool_slug": "absent", "arguments": {}}]}),
    ],
    "contextframe": [
        ("GET", "/health", None),
        ("POST", "/mcp/v1/jsonrpc", {**RPC, "method": "tools/list"}),
        ("POST", "/mcp/v1/jsonrpc", {**RPC, "method": "absent", "params": {}}),
    ],
    "openapi_jsonrpc": [
        ("GET", "/openapi.json", None),
        ("GET", "/ready", None),
        ("POST", "/mcp", {**RPC, "method": "tools/list"}),
        ("POST", "/mcp", {**RPC, "method": "tools/call", "params": CALL}),
        ("POST", "/mcp", {"no": "request"}),
    ],
    "gateway": [
        ("GET", "/servers", None),
        ("POST", "/servers/absent/call", {"tool": "x", "params": {}}),
        ("DELETE", "/nowhere", None),
    ],
}


def recorded(contract: str, folder: Path) -> tuple[MockServer, Path]:
    """A mock that keeps its journal as a cassette, and where."""
    server = MockServer(contract)
    file = folder / "dialect.ndjson"
    server.journal = Journal(file, dialect=server.contract.dialect)
    return server, file


def client_of(server: MockServer) -> httpx2.Client:
    """A client that may ask the server, which is running."""
    headers = server.authorization.headers() if server.authorization is not None else {}
    base = server.url.removesuffix("/mcp")
    return httpx2.Client(base_url=base, headers=headers, timeout=BOUND)


def responses(server: MockServer, asked: list[tuple[str, str, Any]]) -> list[tuple[int, str, Any]]:
    with client_of(server) as client:
        got = [client.request(method, path, json=body) for method, path, body in asked]
    return [(each.status_code, each.headers["content-type"], each.json()) for each in got]


@pytest.mark.parametrize("contract", ASKED)
def test_a_response_over_http_is_given_again(contract, tmp_path):
    server, file = recorded(contract, tmp_path)
    with running(server):
        saw = responses(server, ASKED[contract])
    with Cassette(file) as cassette, running(again := played(cassette, strict=True)):
        assert responses(again, ASKED[contract]) == saw
        assert responses(again, ASKED[contract][::-1]) == saw[::-1]


def test_a_request_of_json_rpc_gets_its_own_id(tmp_path):
    server, file = recorded("openapi_jsonrpc", tmp_path)
    asked = {"jsonrpc": "2.0", "id": "first", "method": "tools/list", "params": {}}
    with running(server):
        [(_, _, saw)] = responses(server, [("POST", "/mcp", asked)])
    with Cassette(file) as cassette, running(again := played(cassette)):
        [(_, _, answer)] = responses(again, [("POST", "/mcp", {**asked, "id": 7})])
    assert answer == {**saw, "id": 7}


def test_what_was_never_asked_over_http_is_told(tmp_path):
    server, file = recorded("email_tools", tmp_path)
    with running(server):
        responses(server, ASKED["email_tools"])
    with Cassette(file) as cassette, running(again := played(cassette)):
        [(status, _, told)] = responses(again, [("POST", "/mcp/execute", {"tools": []})])
    assert status == 404
    assert "the cassette has no response to POST /mcp/execute" in told["error"]


def test_an_event_stream_is_told_again(tmp_path):
    server, file = recorded("openapi_jsonrpc", tmp_path)
    call = ("POST", "/mcp", {**RPC, "method": "tools/call", "params": CALL})
    with running(server):
        saw = first_event(server, call)
    with Cassette(file) as cassette, running(again := played(cassette)):
        assert first_event(again, call) == saw


def first_event(server: MockServer, call: tuple[str, str, Any]) -> str:
    """The first data on the event stream, after a call was made."""
    with client_of(server) as client, client.stream("GET", "/mcp/stream") as stream:
        responses(server, [call])
        return next(line for line in stream.iter_lines() if line.startswith("data:"))


def test_frames_of_a_websocket_are_answered_again(tmp_path):
    server, file = recorded("websocket", tmp_path)
    texts = [
        {**RPC, "method": "tools/list"},
        {**RPC, "id": 2, "method": "tools/call", "params": CALL},
        {**RPC, "id": 3, "method": "absent"},
    ]

    async def answers(server: MockServer) -> list[Any]:
        async with asyncio.timeout(BOUND), serving(server) as url, connect(url) as socket:
            got = []
            for text in texts:
                await socket.send(json.dumps(text))
                got.append(json.loads(await socket.recv()))
            return got

    saw = asyncio.run(answers(server))
    with Cassette(file) as cassette:
        assert cassette.header.dialect is Dialect.WEBSOCKET
        assert asyncio.run(answers(played(cassette, strict=True))) == saw


def test_a_queue_is_answered_again(tmp_path, redis_url):
    server, file = recorded("queue", tmp_path)
    calls = [
        {"id": "one", "tool": "count_words", "arguments": {"text": "three small words"}},
        {"id": "two", "tool": "absent", "arguments": {}},
    ]

    def answers(server: MockServer) -> list[Any]:
        with running(server, redis=redis_url), redis_library.Redis.from_url(redis_url) as client:
            got = []
            for call in calls:
                client.lpush(REQUESTS, json.dumps(call))
                got.append(json.loads(awaited(client, response_key(call["id"]))))
            return got

    saw = answers(server)
    with Cassette(file) as cassette:
        assert answers(played(cassette, strict=True)) == saw
        with redis_library.Redis.from_url(redis_url) as client:
            assert client.get(TOOLS) is None


def awaited(client: redis_library.Redis, key: str) -> bytes:
    """The value of a key that is written soon; it is taken away."""
    for _ in range(BOUND * 100):
        if (value := client.getdel(key)) is not None:
            return value
        client.blpop("nothing", timeout=0.01)
    raise TimeoutError(key)
