"""The OpenAPI document of a server with JSON-RPC: valid, and true of mocks and of other servers."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kailash_server import KEYS, weather_server
from openapi_server import KEY, careful_app, sketched_app
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from mcp_proof_contracts.openapi.described import jsonrpc_operation, standing_alone
from mcp_proof_contracts.tool_schema import instance_check
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

NO_HEADERS: Mapping[str, str] = {}
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCHEMES: list[dict[str, Any]] = [
    {"scheme": "api-key"},
    {"scheme": "bearer"},
    {"scheme": "jwt", "scopes": ["read"]},
    {"scheme": "oauth", "scopes": ["read"], "tools": {"echo": ["write"]}},
]


def contract(**members: Any) -> dict[str, Any]:
    tool = {"name": "echo", "inputSchema": {"type": "object"}, "answer": {"text": "yes"}}
    info = {"name": "any", "version": "1"}
    return {"info": info, "dialect": "openapi-jsonrpc", "tools": [tool], **members}


def document_of(app: Any) -> dict[str, Any]:
    return TestClient(app).get("/openapi.json").json()


def drive(
    app: Any, headers: Mapping[str, str], mode: GenerationMode, examples: int = 25
) -> set[int]:
    """Let Schemathesis make calls of the document; give the statuses of those that are in order.

    What it makes wrong may be the body, or only the credential.
    """
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    [call] = [each.ok() for each in schema.get_all_operations() if each.ok().path == "/mcp"]
    allowed = body_check(schema.raw_schema)
    statuses: set[int] = set()
    refused: set[int] = set()

    @settings(SETTINGS, max_examples=examples)
    @given(st.data())
    def each(data: Any) -> None:
        case = data.draw(call.as_strategy(mode))
        response = case.call_and_validate(headers=dict(headers), checks=CHECKS)
        wrong = case.body is not NOT_SET and not allowed(case.body)
        (refused if wrong else statuses).add(int(response.status_code))

    each()
    assert refused <= {400, 401, 422}
    assert bool(refused) is (mode is GenerationMode.NEGATIVE)
    return statuses


def body_check(document: dict[str, Any]) -> Callable[[Any], bool]:
    """What tells whether a body is as the document has it."""
    operation = jsonrpc_operation(document)
    assert operation is not None
    assert operation.body is not None
    is_valid = instance_check(standing_alone(document, operation.body))
    return lambda body: not isinstance(body, bytes) and is_valid(body)


def mock(name: str) -> tuple[MockServer, Any, Mapping[str, str]]:
    server = MockServer(name)
    assert server.authorization is not None
    return server, asgi_app(server), server.authorization.headers()


SERVERS: dict[str, tuple[Any, Mapping[str, str]]] = {
    "data_processing": mock("openapi_jsonrpc")[1:],
    "weather": mock("kailash")[1:],
    "FastAPI": (careful_app(), {"X-API-Key": KEY}),
    "Starlette": (weather_server(careful=True).app(), {"X-API-Key": KEYS["client2"]}),
}
"""Servers, and what lets a request pass."""


@pytest.mark.parametrize("name", SERVERS)
def test_the_document_is_openapi(name):
    validate(document_of(SERVERS[name][0]))


@pytest.mark.parametrize("authorization", SCHEMES, ids=lambda each: each["scheme"])
@pytest.mark.parametrize("errors", ["json-rpc", "kailash"])
def test_every_scheme_and_every_style_of_errors_can_be_described(authorization, errors):
    app = asgi_app(MockServer(contract(authorization=authorization, errors=errors)))
    document = document_of(app)
    validate(document)
    [requirement] = document["paths"]["/mcp"]["post"]["security"]
    assert requirement == {"credential": authorization.get("scopes", [])}
    assert "security" not in document


def test_a_server_that_anybody_may_ask_demands_nothing():
    document = document_of(asgi_app(MockServer(contract())))
    validate(document)
    assert "securitySchemes" not in document["components"]
    assert "security" not in document["paths"]["/mcp"]["post"]


@pytest.mark.parametrize("name", SERVERS)
def test_what_the_document_allows_is_answered_as_it_says(name):
    assert drive(*SERVERS[name], GenerationMode.POSITIVE) <= {200, 202}


@pytest.mark.parametrize("name", SERVERS)
def test_what_the_document_does_not_allow_is_refused(name):
    assert drive(*SERVERS[name], GenerationMode.NEGATIVE) <= {200, 202, 400, 401, 422}


@pytest.mark.parametrize("name", SERVERS)
def test_without_a_credential_nothing_is_answered(name):
    assert drive(SERVERS[name][0], NO_HEADERS, GenerationMode.POSITIVE) == {401}


def test_the_calls_that_are_made_of_a_document_reach_the_tools():
    server, app, headers = mock("openapi_jsonrpc")
    drive(app, headers, GenerationMode.POSITIVE, examples=100)
    reached = {call.name for call in server.call_history} & {*server.tools}
    assert len(reached) > 1, "which of them depends on what is generated"


def test_a_tool_that_is_registered_while_the_server_runs_is_described():
    server = MockServer(contract())
    app = asgi_app(server)
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    server.register_mock_tool("double", lambda given: given["n"] * 2, schema)
    body = document_of(app)["paths"]["/mcp"]["post"]["requestBody"]["content"]
    titles = [branch.get("title") for branch in body["application/json"]["schema"]["anyOf"]]
    assert titles == [None, "Call of echo", "Call of double"]


def test_a_schema_that_would_mean_something_else_is_not_embedded():
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {}}}
    tool = {"name": "odd", "inputSchema": schema, "answer": {"text": "yes"}}
    document = document_of(asgi_app(MockServer(contract(tools=[tool]))))
    validate(document)
    assert "odd" not in str(document["paths"])


def test_a_server_that_does_not_answer_as_its_document_says_is_seen_to():
    server, app, headers = mock("openapi_jsonrpc")
    server.inject("openapi-answers-conform")
    with pytest.raises(FailureGroup, match="violates schema"):
        drive(app, headers, GenerationMode.POSITIVE)


def test_a_document_that_refers_to_nothing_is_seen_to():
    with pytest.raises(Exception, match="Response"):
        validate(document_of(sketched_app()))
