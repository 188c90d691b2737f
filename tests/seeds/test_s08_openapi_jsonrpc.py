"""S8: JSON-RPC at `POST /mcp` that an OpenAPI document describes; keys, tokens, OAuth 2.0."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openapi_server import KEY, careful_app
from starlette.testclient import TestClient

from mcp_proof.approach import approach
from mcp_proof.recorder import Recorder
from mcp_proof.targets import AsgiTarget, header_of
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.authorization.grants import s256
from mcp_proof_mocks.http.request_reader import MAX_BODY
from mcp_proof_mocks.server import MockServer

MOCK_KEY = "data-processing-key"
NOW = 1_800_000_000.0
LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
REDIRECT = "http://localhost:3000/callback"
VERIFIER = "v" * 43


class RestClient:
    """A client as an integration guide has it: one POST for each call."""

    def __init__(self, app: Any, headers: Mapping[str, str]) -> None:
        self.http = TestClient(app, headers=dict(headers))

    def request(self, method: str, params: Any = None) -> Any:
        payload = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        response = self.http.post("/mcp", json=payload)
        response.raise_for_status()
        return response.json()

    def call_tool(self, name: str, **arguments: Any) -> Any:
        return self.request("tools/call", {"name": name, "arguments": arguments})["result"]


PEERS = {
    "mock": (asgi_app(MockServer("openapi_jsonrpc")), {"X-API-Key": MOCK_KEY}),
    "FastAPI": (careful_app(), {"X-API-Key": KEY}),
}


@pytest.fixture(params=PEERS)
def client(request):
    return RestClient(*PEERS[request.param])


def test_a_client_lists_tools_calls_one_and_reads_a_resource(client):
    names = [tool["name"] for tool in client.request("tools/list")["result"]["tools"]]
    assert names[0] == "process_data"
    assert client.call_tool("process_data", input="test data", format="json") == {
        "processed": "test data",
        "format": "json",
    }
    [content] = client.request("resources/read", {"uri": "config://settings"})["result"]["contents"]
    assert "retries" in content["text"]


def test_steps_of_a_pipeline_follow_one_another(client):
    first = client.call_tool("process_data", input="a", format="json")
    assert client.call_tool("process_data", input=first["processed"])["processed"] == "a"


def test_the_engine_drives_the_server_by_its_document_wherever_that_puts_the_calls():
    server = MockServer("openapi_jsonrpc")
    target = AsgiTarget(asgi_app(server), headers={"X-API-Key": MOCK_KEY})

    async def drive() -> tuple[str, Any, str]:
        async with target.started() as reachable:
            driven = await approach(reachable, Recorder(header_of(target)), None, 5)
            found = await driven.call("process_data", {"input": "a"})
            wrong = await driven.call("process_data", {})
            await driven.close()
        assert wrong.failure is not None
        return driven.spoken, found.value, f"{wrong.failure.code} {wrong.failure.text}"

    assert asyncio.run(drive()) == (
        "openapi-jsonrpc",
        {"processed": "a", "format": "json"},
        '-32602 Invalid arguments: (arguments): "input" is missing',
    )


# Credentials


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": ""}, {"X-API-Key": "another"}])
@pytest.mark.parametrize("peer", PEERS)
def test_without_the_right_key_nobody_is_served_and_with_it_everybody_is(peer, headers):
    app, right = PEERS[peer]
    assert TestClient(app).post("/mcp", json=LISTING, headers=headers).status_code == 401
    assert TestClient(app).post("/mcp", json=LISTING, headers=right).status_code == 200


def guarded(clock: Callable[[], float] = lambda: NOW, **authorization: Any) -> MockServer:
    document = {
        "info": {"name": "guarded", "version": "1"},
        "dialect": "openapi-jsonrpc",
        "authorization": authorization,
        "tools": [{"name": "process_data", "answer": {"text": "done"}}],
    }
    return MockServer(document, clock=clock)


@pytest.mark.parametrize("scheme", ["bearer", "jwt"])
def test_a_bearer_token_is_taken_until_it_expires(scheme):
    now = NOW
    server = guarded(lambda: now, scheme=scheme)
    assert server.authorization is not None
    token = server.authorization.issue(expires_in=60)
    client = TestClient(asgi_app(server), headers={"Authorization": f"Bearer {token}"})
    assert client.post("/mcp", json=LISTING).status_code == 200
    now += 61
    expired = client.post("/mcp", json=LISTING)
    assert expired.status_code == 401
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]


def test_a_rate_limit_counts_the_calls_of_each_user_and_the_audit_names_them():
    contract = guarded(scheme="jwt").contract
    tool = {"name": "process_data", "rate_limit": {"calls": 1, "per": 60}, "permissions": ["write"]}
    document = {"dialect": "openapi-jsonrpc", "authorization": {"scheme": "jwt"}, "tools": [tool]}
    server = MockServer({"info": contract.info, **document})
    assert server.authorization is not None
    http = TestClient(asgi_app(server))

    def called(**claims: Any) -> Any:
        assert server.authorization is not None
        headers = {"Authorization": f"Bearer {server.authorization.issue(**claims)}"}
        return http.post("/mcp", json=call(), headers=headers).json()

    assert "result" in called(user_id="ada")
    assert "result" in called(user_id="bob")
    assert called(user_id="ada")["error"]["message"] == "Rate limit exceeded"
    denied = called(user_id="eve", permissions=[])["error"]
    assert (denied["code"], denied["message"]) == (
        -32602,
        "Permission denied for tool 'process_data'",
    )
    assert [entry.user for entry in server.audit] == ["ada", "bob"]


CLIENT = {"client_id": "app", "client_secret": "the app's secret", "redirect_uris": [REDIRECT]}
OAUTH = {"scheme": "oauth", "scopes": ["tools"], "clients": [CLIENT]}


def flows_of(client: TestClient) -> Any:
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]
    return schemes["credential"]["flows"]


def token_of(client: TestClient, url: str, **form: str) -> Any:
    return client.post(url, data=form, auth=("app", "the app's secret")).json()


def test_the_document_leads_through_the_authorization_code_flow():
    client = TestClient(asgi_app(guarded(**OAUTH)))
    flow = flows_of(client)["authorizationCode"]
    asked = {
        "response_type": "code",
        "client_id": "app",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        "scope": " ".join(flow["scopes"]),
    }
    sent = client.get(flow["authorizationUrl"], params=asked, follow_redirects=False)
    [code] = parse_qs(urlsplit(sent.headers["Location"]).query)["code"]
    granted = token_of(
        client,
        flow["tokenUrl"],
        grant_type="authorization_code",
        code=code,
        code_verifier=VERIFIER,
    )
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert client.post("/mcp", json=LISTING, headers=headers).status_code == 200


def test_a_client_gets_a_token_in_its_own_name():
    client = TestClient(asgi_app(guarded(**OAUTH)))
    flow = flows_of(client)["clientCredentials"]
    granted = token_of(client, flow["tokenUrl"], grant_type="client_credentials")
    assert granted["scope"] == "tools"
    assert "refresh_token" not in granted
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert client.post("/mcp", json=LISTING, headers=headers).status_code == 200


def test_a_client_without_a_secret_gets_none_in_its_own_name():
    public = {"client_id": "public", "redirect_uris": [REDIRECT]}
    client = TestClient(asgi_app(guarded(**{**OAUTH, "clients": [public]})))
    form = {"grant_type": "client_credentials", "client_id": "public"}
    refused = client.post("/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


def test_a_scope_that_there_is_not_is_refused():
    client = TestClient(asgi_app(guarded(**OAUTH)))
    refused = token_of(client, "/token", grant_type="client_credentials", scope="everything")
    assert refused["error"] == "invalid_scope"


# Bad input


def call(name: Any = "process_data", arguments: Any = None) -> dict[str, Any]:
    params = {"name": name, "arguments": {"input": "a"} if arguments is None else arguments}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}


BAD: dict[str, tuple[Any, int]] = {
    "an unknown method": ({**LISTING, "method": "tools/lst"}, -32601),
    "an unknown tool": (call("no_such_tool"), -32602),
    "a missing argument": (call(arguments={}), -32602),
    "an argument of a wrong type": (call(arguments={"input": 5}), -32602),
    "an argument out of its list": (call(arguments={"input": "a", "format": "xml"}), -32602),
    "arguments that are a text": (call(arguments="input"), -32602),
    "a name that is a number": (call(5), -32602),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_call_gets_its_code_and_the_next_good_one_is_served(client, case):
    body, code = BAD[case]
    answer = client.http.post("/mcp", json=body).json()
    assert (answer["id"], answer["error"]["code"]) == (body["id"], code)
    assert client.call_tool("process_data", input="a")["processed"] == "a"


NO_REQUEST: dict[str, bytes] = {
    "no JSON": b'{"jsonrpc": "2.0"',
    "no UTF-8": b"\xff\xfe{",
    "a list": b"[]",
    "a number": b"7",
    "no method": b'{"jsonrpc": "2.0", "id": 1}',
    "a method that is a number": b'{"jsonrpc": "2.0", "id": 1, "method": 5}',
    "params that are a list": b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": []}',
    "an older version": b'{"jsonrpc": "1.0", "id": 1, "method": "tools/list"}',
    "an id that is an object": b'{"jsonrpc": "2.0", "id": {}, "method": "tools/list"}',
}


@pytest.mark.parametrize("case", NO_REQUEST)
def test_what_is_no_request_is_refused_by_its_status_too(client, case):
    headers = {"Content-Type": "application/json"}
    refused = client.http.post("/mcp", content=NO_REQUEST[case], headers=headers)
    assert refused.status_code in (400, 422)
    assert client.call_tool("process_data", input="a")["processed"] == "a"


def test_a_request_that_is_too_large_is_refused_and_the_next_is_served():
    client = RestClient(*PEERS["mock"])
    refused = client.http.post("/mcp", json=call(arguments={"input": "a" * MAX_BODY}))
    assert refused.status_code == 413
    assert client.call_tool("process_data", input="a")["processed"] == "a"


@pytest.mark.parametrize("method", ["tools/list", "resources/list"])
@pytest.mark.parametrize("cursor", ["nowhere", "YXQ6OTk5", "", 5])
def test_a_cursor_of_nobody_is_refused_and_the_list_is_there(method, cursor):
    client = RestClient(*PEERS["mock"])
    assert client.request(method, {"cursor": cursor})["error"]["code"] == -32602
    assert client.request(method)["result"]


def test_a_long_list_comes_in_pages_to_whoever_follows_them():
    tools = [{"name": f"tool-{number}"} for number in range(5)]
    document = {"info": {"name": "many", "version": "1"}, "page_size": 2, "tools": tools}
    server = MockServer({**document, "dialect": "openapi-jsonrpc"})
    target = AsgiTarget(asgi_app(server))

    async def listed() -> list[str]:
        driven = await approach(target, Recorder(header_of(target)), None, 5)
        names = [tool.name for tool in await driven.list_tools()]
        await driven.close()
        return names

    assert asyncio.run(listed()) == [tool["name"] for tool in tools]


@pytest.mark.parametrize("path", ["/openapi.json", "/health", "/ready", "/metrics"])
def test_another_method_is_refused_with_the_one_there_is(path):
    refused = RestClient(*PEERS["mock"]).http.post(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
