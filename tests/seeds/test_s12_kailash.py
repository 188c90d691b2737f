"""S12: a server of the Kailash style: codes that say what to do, checks, files, tools that come."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import httpx2
import jwt
import pytest
from kailash_server import SECRET, weather_server
from starlette.testclient import TestClient

from mcp_proof.gate import Gate
from mcp_proof.runner import VerifyOptions
from mcp_proof.testing import ErrorAnswerError
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.dialects.changes import listening
from mcp_proof_mocks.dialects.json_rpc import Client
from mcp_proof_mocks.dialects.openapi_jsonrpc import OpenApiJsonRpc
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

NOW = 1_800_000_000.0
CONFIG = "file:///data/config.json"
PLACE = {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]}


@pytest.fixture(scope="module")
def servers():
    with SharedServers.opened(VerifyOptions(timeout=5), Gate()) as opened:
        yield opened


@pytest.fixture
def server():
    return MockServer("kailash", clock=lambda: NOW)


@pytest.fixture
def client(servers, server):
    """A client in memory, around the server object."""
    with servers.client(server) as connected:
        yield connected


def asked(server: MockServer, key: str = "key123") -> TestClient:
    return TestClient(asgi_app(server), headers={"X-API-Key": key})


def error_of(client: TestClient, method: str, **params: Any) -> Any:
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return client.post("/mcp", json=request).json()["error"]


# The client in memory


def test_a_weather_tool_is_called_in_memory(client):
    result = client.call_tool("get_weather", {"location": "Test City"}).structured
    assert result["location"] == "Test City"
    assert "temperature" in result
    assert "condition" in result


def test_a_workflow_is_driven_with_expected_outputs(client, server):
    server.set_tool_response("get_weather", lambda given: {**given, "temperature": 95})
    weather = client.call_tool("get_weather", {"location": "San Francisco"}).structured
    summary = {"alert": weather["temperature"] > 90, "place": weather["location"]}
    assert summary == {"alert": True, "place": "San Francisco"}
    server.journal.assert_called_once_with("get_weather", {"location": "San Francisco"})


def test_a_tool_that_is_registered_while_the_server_runs_is_seen_and_called(client, server):
    before = [tool["name"] for tool in client.list_tools()]
    server.register_mock_tool("get_tide", lambda given: {"high": given["location"]}, PLACE)
    assert [tool["name"] for tool in client.list_tools()] == [*before, "get_tide"]
    assert client.call_tool("get_tide", {"location": "Brest"}).structured == {"high": "Brest"}
    server.offer(["get_tide"], offered=False)
    assert [tool["name"] for tool in client.list_tools()] == before
    with pytest.raises(ErrorAnswerError, match="-1001"):
        client.call_tool("get_tide", {"location": "Brest"})


def test_a_client_waits_as_long_as_it_is_told_and_is_served(client):
    with pytest.raises(ErrorAnswerError, match="-2001") as away:
        client.call_tool("get_forecast", {"location": "Brest"})
    assert away.value.code == -2001
    assert client.call_tool("get_forecast", {"location": "Brest"}).structured["days"]


# Codes that say what to do


BAD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no argument": (
        {"name": "get_weather", "arguments": {}},
        {"field": "location", "value": None},
    ),
    "an argument of a wrong type": (
        {"name": "get_weather", "arguments": {"location": 7}},
        {"field": "location", "value": 7},
    ),
    "a place that there is not": (
        {"name": "get_weather", "arguments": {"location": "nowhere"}},
        {"field": "location", "value": "nowhere"},
    ),
    "an unknown tool": (
        {"name": "get_wether", "arguments": {}},
        {"field": "name", "value": "get_wether"},
    ),
}
PEERS = {
    "mock": asgi_app(MockServer("kailash")),
    "Starlette": weather_server(careful=True).app(),
}
BAD_FOR = [*itertools.product(PEERS, BAD)]
BAD_FOR.remove(("Starlette", "a place that there is not"))  # that one knows every place


@pytest.mark.parametrize(("peer", "case"), BAD_FOR)
def test_wrong_input_is_told_by_field_and_value_and_the_next_call_is_served(peer, case):
    client = TestClient(PEERS[peer], headers={"X-API-Key": "key456"})
    params, data = BAD[case]
    error = error_of(client, "tools/call", **params)
    assert (error["code"], error["data"]) == (-1001, data)
    assert error["message"].startswith("Invalid input: ")
    good = {"name": "get_weather", "arguments": {"location": "Brest"}}
    request = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": good}
    assert client.post("/mcp", json=request).json()["result"]["location"] == "Brest"


@pytest.mark.parametrize("peer", PEERS)
def test_what_fails_inside_says_nothing_of_it(peer):
    client = TestClient(PEERS[peer], headers={"X-API-Key": "key123"})
    error = error_of(client, "tools/call", name="read_sensor", arguments={})
    assert error == {"code": -3000, "message": "Internal server error"}


def test_a_handler_may_refuse_with_any_code(server):
    def away(_given: Mapping[str, Any]) -> Any:
        raise RefusalError(-2001, "the station is away", data={"retry_after": 60})

    server.set_tool_response("get_weather", away)
    call = {"name": "get_weather", "arguments": {"location": "Brest"}}
    assert error_of(asked(server), "tools/call", **call) == {
        "code": -2001,
        "message": "the station is away",
        "data": {"retry_after": 60},
    }


def test_a_rate_limit_says_when_there_is_room_again():
    now = NOW
    tool = {"name": "ping", "rate_limit": {"calls": 1, "per": 60}, "answer": {"text": "pong"}}
    document = {"info": {"name": "limited", "version": "1"}, "tools": [tool], "errors": "kailash"}
    limited = MockServer({**document, "dialect": "openapi-jsonrpc"}, clock=lambda: now)
    client = TestClient(asgi_app(limited))
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ping"}}
    assert client.post("/mcp", json=request).json()["result"] == "pong"
    now += 20
    error = error_of(client, "tools/call", name="ping")
    assert (error["code"], error["data"]) == (-2001, {"retry_after": 40})
    now += 40
    assert client.post("/mcp", json=request).json()["result"] == "pong"


# Checks


def test_health_readiness_and_metrics_are_told_to_whoever_asks(server):
    nobody = TestClient(asgi_app(server))
    health = nobody.get("/health")
    assert health.status_code == 200
    told = health.json()
    assert told["status"] == "healthy"
    assert {check["status"] for check in told["checks"].values()} == {"healthy"}
    assert datetime.fromisoformat(told["timestamp"]).timestamp() == NOW
    assert nobody.get("/ready").json() == {"status": "ready"}
    nothing = {"total_requests": 0, "avg_response_time": 0.0, "error_rate": 0.0}
    assert nobody.get("/metrics").json() == nothing


@pytest.mark.parametrize(
    ("state", "healthy", "ready"), [("unhealthy", 503, 503), ("starting", 200, 503)]
)
def test_a_server_that_is_not_well_says_so_by_its_status(server, state, healthy, ready):
    server.state = state
    client = TestClient(asgi_app(server))
    assert client.get("/health").status_code == healthy
    assert client.get("/ready").status_code == ready
    server.state = ""
    assert client.get("/ready").status_code == 200


def test_metrics_count_requests_and_the_share_of_errors(server):
    client = asked(server)
    for name in ("get_calendar", "get_calendar", "read_sensor", "get_wether"):
        call = {"name": name, "arguments": {"date": "2026-01-01"}}
        client.post(
            "/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        )
    told = client.get("/metrics").json()
    assert (told["total_requests"], told["error_rate"]) == (4, 0.5)
    assert told["avg_response_time"] > 0


# Who may ask


@pytest.mark.parametrize(("key", "status"), [("key123", 200), ("key456", 200), ("key789", 401)])
def test_each_client_has_a_key_of_its_own(server, key, status):
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert asked(server, key).post("/mcp", json=listing).status_code == status


def token(secret: str, seconds: float, now: float) -> str:
    return jwt.encode({"sub": "client1", "exp": int(now + seconds)}, secret, algorithm="HS256")


@pytest.mark.parametrize(
    ("secret", "seconds", "status"),
    [(SECRET, 60, 200), (SECRET, -60, 401), ("another secret of thirty-two bytes!", 60, 401)],
)
@pytest.mark.parametrize("peer", ["mock", "Starlette"])
def test_a_token_lets_in_unless_it_is_expired_or_of_somebody_else(peer, secret, seconds, status):
    now = NOW if peer == "mock" else time.time()
    document = {
        "info": {"name": "secure-server", "version": "1"},
        "dialect": "openapi-jsonrpc",
        "authorization": {"scheme": "jwt", "secret": SECRET},
    }
    mock = asgi_app(MockServer(document, clock=lambda: NOW))
    app = mock if peer == "mock" else PEERS["Starlette"]
    headers = {"Authorization": f"Bearer {token(secret, seconds, now)}"}
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert TestClient(app).post("/mcp", json=listing, headers=headers).status_code == status


# Files


def result_of(client: TestClient, method: str, **params: Any) -> Any:
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return client.post("/mcp", json=request).json()["result"]


def test_files_are_listed_with_type_and_size_and_read(server):
    client = asked(server)
    [config, _] = result_of(client, "resources/list")["resources"]
    assert (config["uri"], config["mimeType"], config["size"]) == (CONFIG, "application/json", 14)
    [content] = result_of(client, "resources/read", uri=CONFIG)["contents"]
    assert len(content["text"]) == config["size"]


@pytest.mark.parametrize("method", ["resources/read", "resources/subscribe"])
def test_a_file_that_there_is_not_is_wrong_input(server, method):
    error = error_of(asked(server), method, uri="file:///data/secrets")
    assert error["code"] == -1001
    assert error["data"] == {"field": "uri", "value": "file:///data/secrets"}


def test_who_watches_a_file_hears_of_its_changes_and_of_new_tools_until_it_no_longer_does(server):
    rpc = OpenApiJsonRpc(server)
    heard: list[Any] = []

    async def watch() -> None:
        with listening(server, rpc.watched, heard.append):
            server.update(CONFIG)
            await rpc.subscribe({"uri": CONFIG}, Client(send=heard.append))
            server.update(CONFIG)
            server.update("file:///data/places.txt")
            server.register_mock_tool("get_tide", {"high": 1})
            await rpc.unsubscribe({"uri": CONFIG}, Client(send=heard.append))
            server.update(CONFIG)
        server.register_mock_tool("get_wind", {"from": "west"})

    asyncio.run(watch())
    updated = {"method": "notifications/resources/updated", "params": {"uri": CONFIG}}
    changed = {"method": "notifications/tools/list_changed", "params": {}}
    assert heard == [{"jsonrpc": "2.0", **each} for each in (updated, changed)]


def test_clients_cannot_fill_the_memory_with_what_they_watch(monkeypatch):
    monkeypatch.setattr("mcp_proof_mocks.dialects.openapi_jsonrpc.WATCHED", 2)
    templates = [{"uriTemplate": "file:///{name}", "name": "files"}]
    document = {
        "dialect": "openapi-jsonrpc",
        "subscriptions": True,
        "resource_templates": templates,
    }
    rpc = OpenApiJsonRpc(MockServer(document))

    async def watch() -> None:
        for name in "abcbc":
            await rpc.subscribe({"uri": f"file:///{name}"}, Client())

    asyncio.run(watch())
    assert rpc.watched == ["file:///b", "file:///c"]


def test_changes_are_told_on_the_event_stream_beside_the_requests(server):
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "resources/subscribe",
        "params": {"uri": CONFIG},
    }

    async def watch() -> list[Any]:
        headers = {"X-API-Key": "key123"}
        async with (
            serving(server) as url,
            httpx2.AsyncClient(headers=headers) as client,
            client.stream("GET", f"{url}/stream") as stream,
        ):
            await client.post(url, json=request)
            server.update(CONFIG)
            server.register_mock_tool("get_tide", {"high": 1})
            return [json.loads(data) async for data in _data(stream.aiter_lines(), 2)]

    heard = asyncio.run(asyncio.wait_for(watch(), 10))
    methods = ["notifications/resources/updated", "notifications/tools/list_changed"]
    assert [message["method"] for message in heard] == methods


async def _data(lines: AsyncIterator[str], number: int) -> AsyncIterator[str]:
    """The data of the next events."""
    async for line in lines:
        if line.startswith("data: "):
            yield line.removeprefix("data: ")
            number -= 1
        if not number:
            return
