"""The OpenAPI document of a REST server: valid, and true of the mock and of servers in FastAPI."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from pydantic import ValidationError
from rest_fastapi import careful_app, loose_app, loose_guarded_app, token
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from mcp_proof_contracts.openapi.rest import rest_openapi
from mcp_proof_contracts.rest_schema import DRAFT_07
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

Served: TypeAlias = tuple[Any, Mapping[str, str]]
"""An application, and the headers of a request that may pass."""
NO_HEADERS: Mapping[str, str] = {}
TOKEN = {"Authorization": f"Bearer {token()}"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def described(app: Any, *, guarded: bool = False) -> Any:
    """A server in FastAPI, whose document is ours: made of what it discovers."""
    discovered = TestClient(app).get("/mcp/discover").json()
    app.openapi = lambda: rest_openapi(discovered, guarded=guarded)
    return app


def guarded_mock() -> Served:
    """A mock that asks for a token."""
    server = MockServer("guarded_tools", clock=lambda: 1_800_000_000.0)
    assert server.authorization is not None
    return asgi_app(server), server.authorization.headers()


OPEN: dict[str, Callable[[], Served]] = {
    "mock": lambda: (asgi_app(MockServer("email_tools")), NO_HEADERS),
    "guarded mock": guarded_mock,
    "FastAPI": lambda: (described(careful_app()), NO_HEADERS),
    "guarded FastAPI": lambda: (described(careful_app(guarded=True), guarded=True), TOKEN),
}
"""Servers, new for each test because they count calls, and what lets a request pass."""
CLOSED = [name for name in OPEN if name.startswith("guarded")]


def allowed(document: Any, body: Any) -> bool:
    """Whether a body is as the document has it: a request may be wrong in its headers alone."""
    components = {"components": document["components"]}
    schema = {**components, "$ref": "#/components/schemas/execute-request"}
    return not isinstance(body, bytes) and not instance_problems(schema, body)


def drive(
    app: Any, headers: Mapping[str, str], mode: GenerationMode, examples: int = 10
) -> set[int]:
    """Let Schemathesis make requests of the document; give the statuses of executions."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert [operation.path for operation in operations] == [
        "/mcp/discover",
        "/mcp/execute",
        "/health",
    ]
    statuses: set[int] = set()

    @settings(SETTINGS, max_examples=examples)
    @given(st.data())
    def each(data: Any) -> None:
        for operation in operations:
            if mode is GenerationMode.NEGATIVE and operation.method != "post":
                continue  # there is nothing in them to get wrong
            case = data.draw(operation.as_strategy(mode))
            response = case.call_and_validate(headers=dict(headers), checks=CHECKS)
            if operation.method == "post":
                statuses.add(int(response.status_code))
                executed = b'"successful":true' in response.content
                assert not executed or allowed(schema.raw_schema, case.body), "executed"

    each()
    return statuses


@pytest.mark.parametrize("contract", ["email_tools", "guarded_tools"])
def test_the_document_of_a_mock_is_openapi(contract):
    client = TestClient(asgi_app(MockServer(contract)))
    document = client.get("/openapi.json").json()
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {"/mcp/discover", "/mcp/execute", "/health"}
    secured = "security" in document["paths"]["/mcp/execute"]["post"]
    assert secured is (contract == "guarded_tools")


@pytest.mark.parametrize("name", OPEN)
def test_what_the_document_allows_is_answered_as_it_says(name):
    statuses = drive(*OPEN[name](), GenerationMode.POSITIVE)
    assert 200 in statuses
    assert statuses <= {200, 429}


@pytest.mark.parametrize("name", CLOSED)
def test_without_a_token_nothing_is_executed(name):
    app, _ = OPEN[name]()
    assert drive(app, NO_HEADERS, GenerationMode.POSITIVE) == {401}


@pytest.mark.parametrize("name", OPEN)
def test_what_the_document_does_not_allow_is_never_executed(name):
    statuses = drive(*OPEN[name](), GenerationMode.NEGATIVE)
    assert 422 in statuses
    assert statuses <= {200, 400, 422} | ({401} if name in CLOSED else set())


def test_a_server_that_looks_at_no_argument_is_seen_to_execute_what_it_must_not():
    with pytest.raises(AssertionError, match="executed"):
        drive(described(loose_app()), NO_HEADERS, GenerationMode.NEGATIVE, examples=1000)


def test_a_server_that_fails_without_a_request_id_is_seen_to():
    app = described(loose_guarded_app(), guarded=True)
    with pytest.raises(ValidationError, match="request_id"):
        drive(app, TOKEN, GenerationMode.POSITIVE, examples=1000)


# What a tool's schema may hold


PLACE = "#/components/schemas/tool-1-arguments"


def arguments_of(schema: dict[str, Any]) -> dict[str, Any]:
    tool = {"name": "a b", "description": "A tool.", "input_schema": schema}
    document = rest_openapi({"server_name": "s", "version": "1", "tools": [tool]})
    validate(document)
    return document["components"]["schemas"]["tool-1-arguments"]


def test_references_within_a_schema_lead_to_where_it_stands():
    schema = {
        "$schema": DRAFT_07,
        "type": "object",
        "properties": {"at": {"$ref": "#/definitions/At"}, "again": {"$ref": "#"}},
        "definitions": {"At": {"type": "string"}},
    }
    moved = arguments_of(schema)
    assert moved["properties"]["at"]["$ref"] == f"{PLACE}/definitions/At"
    assert moved["properties"]["again"]["$ref"] == PLACE
    assert "$schema" not in moved


@pytest.mark.parametrize(
    "part",
    [
        {"$ref": "https://example.com/schema"},
        {"$ref": "#name"},
        {"$id": "https://example.com/part"},
        {"type": "int"},
    ],
    ids=json.dumps,
)
def test_a_schema_that_would_mean_something_else_is_left_out(part):
    shown = arguments_of({"type": "object", "properties": {"a": part}, "definitions": {"a": {}}})
    assert shown.keys() == {"description", "type"}
    assert instance_problems(shown, {"a": 1}) == []


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ({"$ref": "#/definitions/a", "minLength": 1}, {"$ref": f"{PLACE}/definitions/a"}),
        (
            {"items": [{"type": "string"}], "additionalItems": False},
            {"prefixItems": [{"type": "string"}], "items": False},
        ),
        (
            {"dependencies": {"a": ["b"], "c": {"type": "object"}}},
            {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"c": {"type": "object"}}},
        ),
        ({"unevaluatedProperties": False}, {}),
    ],
    ids=json.dumps,
)
def test_what_draft_07_says_in_other_words_is_said_in_those_of_openapi(part, shown):
    schema = {"type": "object", "properties": {"a": part}, "definitions": {"a": {}}}
    assert arguments_of(schema)["properties"]["a"] == shown
