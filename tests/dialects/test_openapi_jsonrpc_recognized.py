"""What is taken for JSON-RPC described by OpenAPI, and what is not."""

import asyncio
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from openapi_server import KEY, careful_app
from pydantic import BaseModel

from mcp_proof.approach import approach
from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof.errors import PeerError
from mcp_proof.recorder import Recorder
from mcp_proof.targets import AsgiTarget, header_of
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.openapi import described as reading
from mcp_proof_contracts.openapi.described import jsonrpc_operation, resolved
from mcp_proof_contracts.openapi.jsonrpc import jsonrpc_document
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer


class Item(BaseModel):
    name: str


class Call(BaseModel):
    jsonrpc: str
    method: str
    id: int
    params: dict[str, Any] = {}


async def found(app: Any, path: str = "/mcp", **headers: str) -> ToolServer:
    target = AsgiTarget(app, path=path, headers=headers)
    async with target.started() as reachable:
        server = await approach(reachable, Recorder(header_of(target)), None, 5)
        await server.list_tools()
        await server.close()
    return server


def spoken(app: Any, path: str = "/mcp", **headers: str) -> Any:
    return asyncio.run(found(app, path, **headers)).spoken


def test_a_server_of_mcp_is_none_though_its_application_has_a_document():
    app = FastAPI()

    @app.post("/items")
    def create(item: Item) -> Item:
        return item

    @app.post("/mcp")
    def described(call: Call) -> Call:
        return call

    mcp = asgi_app(MockServer("everything"))

    async def both(scope: Any, receive: Any, send: Any) -> None:
        await (mcp if scope.get("path") == "/mcp" else app)(scope, receive, send)

    assert jsonrpc_operation(app.openapi()) is not None
    assert isinstance(spoken(both), Revision)


def test_a_server_of_rest_is_none():
    assert spoken(asgi_app(MockServer("email_tools")), "") is Dialect.REST


def test_a_post_that_takes_something_else_is_none():
    app = FastAPI()

    @app.post("/mcp")
    def create(item: Item) -> Item:
        return item

    assert jsonrpc_operation(app.openapi()) is None
    with pytest.raises(PeerError):
        spoken(app)


@pytest.mark.parametrize("path", ["", "/mcp", "/openapi.json"])
def test_a_server_is_found_by_any_of_its_addresses(path):
    assert spoken(careful_app(), path, **{"X-API-Key": KEY}) is Dialect.OPENAPI_JSONRPC


def test_a_server_is_found_without_a_credential():
    assert spoken(careful_app()) is Dialect.OPENAPI_JSONRPC


def test_the_endpoint_may_lie_below_the_document():
    app, router = FastAPI(), APIRouter(prefix="/api/v2")

    @router.post("/mcp")
    def called(call: Call) -> Any:
        told: Any = {"error": {"code": -32601, "message": "no such method"}}
        if call.method == "tools/list":
            told = {"result": {"tools": [{"name": "deep"}]}}
        return {"jsonrpc": "2.0", "id": call.id, **told}

    app.include_router(router)
    server = asyncio.run(found(app, "/api/v2/mcp"))
    assert server.spoken is Dialect.OPENAPI_JSONRPC
    assert isinstance(server, OpenApiJsonRpcServer)
    assert list(server.tools) == ["deep"]


# Reading documents


def described(**members: Any) -> dict[str, Any]:
    server = MockServer("openapi_jsonrpc")
    return {**jsonrpc_document(server.contract, []), **members}


def operation(document: dict[str, Any]) -> Any:
    found = jsonrpc_operation(document)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("security", "names"),
    [
        ([], []),
        ([{}], []),
        ([{"key": []}, {}], []),
        ([{"key": []}], ["apiKey"]),
        ([{"key": []}, {"token": []}], ["apiKey", "http"]),
        ([{"key": [], "token": []}], ["apiKey", "http"]),
    ],
)
def test_a_credential_is_demanded_unless_one_of_the_alternatives_is_none(security, names):
    document = described()
    document["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "token": {"type": "http", "scheme": "bearer"},
    }
    document["paths"]["/mcp"]["post"]["security"] = security
    assert [scheme["type"] for scheme in operation(document).credentials] == names


def test_what_the_whole_document_demands_holds_where_an_operation_says_nothing():
    document = described(security=[{"credential": []}])
    del document["paths"]["/mcp"]["post"]["security"]
    assert [scheme["type"] for scheme in operation(document).credentials] == ["apiKey"]


def test_statuses_are_found_one_by_one_then_by_their_class_then_by_default():
    document = described()
    responses = document["paths"]["/mcp"]["post"]["responses"]
    holding = responses["200"]
    responses.clear()
    responses |= {"4XX": holding, "default": {"description": "nothing is said of it"}}
    read = operation(document)
    assert read.answer(404) is not None
    assert read.answer(500) is None


def test_references_that_lead_in_a_circle_lead_nowhere():
    document = described()
    document["components"]["requestBodies"] = {"a": {"$ref": "#/components/requestBodies/a"}}
    document["paths"]["/mcp"]["post"]["requestBody"] = {"$ref": "#/components/requestBodies/a"}
    assert jsonrpc_operation(document) is None


def test_a_schema_that_names_itself_in_many_branches_is_looked_into_once(monkeypatch):
    looks = iter(range(100))

    def counted(*arguments: Any) -> Any:
        assert next(looks, None) is not None, "the time that a document takes must be bounded"
        return resolved(*arguments)

    monkeypatch.setattr(reading, "resolved", counted)
    document = described()
    body = document["paths"]["/mcp"]["post"]["requestBody"]["content"]["application/json"]
    again = {"$ref": "#/components/schemas/a"}
    members = {"properties": {"jsonrpc": {}, "method": {}}}
    document["components"]["schemas"]["a"] = {"allOf": [again, again, again, members]}
    body["schema"] = again
    assert jsonrpc_operation(document) is not None


# Where the user's credential goes


@pytest.mark.parametrize("path", ["@127.0.0.1:9/mcp", ".example.com/mcp", ":9/mcp", "\t@h/mcp"])
def test_a_path_that_leads_to_another_host_describes_no_call(path):
    document = described()
    document["paths"] = {path: document["paths"]["/mcp"]}
    assert jsonrpc_operation(document) is None


@pytest.mark.parametrize(
    ("path", "said"),
    [
        *((path, "leads to another host") for path in ("@127.0.0.1:9/mcp", ".example.com/mcp")),
        *((path, "leads to another host") for path in (":9/mcp", "\t@h/mcp")),
        *((path, "is no path") for path in ("[::1/mcp", "/he\0alth", f"/{'a' * 70_000}")),
    ],
    ids=lambda text: text[:20],
)
def test_nothing_is_sent_to_another_host_than_the_server_s_or_where_nothing_can_be(path, said):
    sent: list[Any] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        sent.extend([scope["path"]] if scope["type"] == "http" else [])

    async def ask() -> None:
        target = AsgiTarget(app)
        async with target.started() as reachable:
            server = OpenApiJsonRpcServer(reachable, Recorder(header_of(target)), 5)
            try:
                with pytest.raises(PeerError, match=said):
                    await server.request("GET", path)
                with pytest.raises(PeerError, match=said):
                    await server.listen(path)
            finally:
                await server.close()

    asyncio.run(ask())
    assert sent == []
