"""S1: REST servers, tested as their authors do: a test client on the application, JSON Schemas."""

import asyncio
from datetime import datetime

import httpx2
import pytest
from jsonschema import Draft7Validator, validate
from starlette.testclient import TestClient

from mcp_proof.testing import assert_conforms, rest_schema
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

EMAIL = {"to": ["test@example.com"], "subject": "Test", "body": "Test email"}
DISCOVERY = {
    "type": "object",
    "required": ["server_name", "version", "tools"],
    "properties": {
        "server_name": {"type": "string"},
        "version": {"type": "string"},
        "tools": {"type": "array", "minItems": 1},
        "capabilities": {"type": "array", "items": {"type": "string"}},
    },
}
REQUEST = {
    "type": "object",
    "required": ["tools"],
    "properties": {
        "tools": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool_slug", "arguments"],
                "properties": {"tool_slug": {"type": "string"}, "arguments": {"type": "object"}},
            },
        },
        "request_id": {"type": "string"},
    },
}
"""Contracts as the authors of such servers write them, looser than ours."""


@pytest.fixture
def server():
    return MockServer("email_tools")


@pytest.fixture
def client(server):
    with TestClient(asgi_app(server)) as client:
        yield client


def execution(*tools, **members):
    request = {"tools": [{"tool_slug": slug, "arguments": args} for slug, args in tools], **members}
    validate(request, REQUEST)
    assert_conforms(request, rest_schema("execute-request"))
    return request


# Discovery


def test_discovery_returns_tools(client):
    response = client.get("/mcp/discover")
    assert response.status_code == 200
    validate(response.json(), DISCOVERY)
    assert_conforms(response.json(), rest_schema("discover"))


def test_each_tool_has_a_schema_that_is_one(client):
    for tool in client.get("/mcp/discover").json()["tools"]:
        assert {"name", "description", "input_schema"} <= tool.keys()
        assert tool["input_schema"]["type"] == "object"
        Draft7Validator.check_schema(tool["input_schema"])
        Draft7Validator.check_schema(tool.get("output_schema", {}))


def test_arguments_can_be_checked_before_they_are_sent(client):
    tools = {tool["name"]: tool for tool in client.get("/mcp/discover").json()["tools"]}
    validator = Draft7Validator(tools["send_email"]["input_schema"])
    assert validator.is_valid(EMAIL)
    assert not validator.is_valid({"to": "test@example.com"})


def test_discovery_over_several_servers_goes_on_when_one_is_down(server):
    async def discovered(urls):
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
            asked = [client.get(f"{url}/mcp/discover") for url in urls]
            return await asyncio.gather(*asked, return_exceptions=True)

    with running(server) as url, running(MockServer("guarded_tools")) as other:
        with running(MockServer("email_tools")) as gone:
            pass
        answers = asyncio.run(discovered([url, gone, other]))
    names = [a.json()["server_name"] for a in answers if not isinstance(a, Exception)]
    assert names == ["email_tools", "guarded_tools"]
    assert isinstance(answers[1], httpx2.ConnectError)


# Execution


def test_a_valid_tool_is_executed(client):
    request = execution(("send_email", EMAIL), request_id="test_123", thought="I write now.")
    response = client.post("/mcp/execute", json=request)
    assert response.status_code == 200
    said = response.json()
    assert_conforms(said, rest_schema("execute-response"))
    assert (said["request_id"], said["successful"], said["error"]) == ("test_123", True, None)
    [result] = said["data"]["results"]
    assert result["response"]["status"] == "sent"


def test_an_empty_text_names_no_request(client):
    request = execution(("count_words", {"text": ""}), request_id="")
    assert client.post("/mcp/execute", json=request).json()["request_id"] != ""


def test_an_unknown_tool_is_an_answer_that_says_so(client):
    request = execution(("nonexistent_tool", {}), request_id="test_456")
    said = client.post("/mcp/execute", json=request).json()
    assert_conforms(said, rest_schema("execute-response"))
    assert said["successful"] is False
    assert said["error"] == "Tool 'nonexistent_tool' not found"


def test_several_tools_are_executed_in_their_order(client):
    request = execution(("count_words", {"text": "a b"}), ("find_contact", {"name": "Ada"}))
    said = client.post("/mcp/execute", json=request).json()
    assert said["data"]["results"] == [
        {"tool_slug": "count_words", "response": {"words": 2}},
        {"tool_slug": "find_contact", "response": {"name": "Ada", "email": "someone@example.com"}},
    ]
    assert said["request_id"]


def test_the_first_failure_ends_an_execution(client, server):
    request = execution(
        ("count_words", {"text": "a"}), ("find_contact", {"name": "nobody"}), ("send_email", EMAIL)
    )
    said = client.post("/mcp/execute", json=request).json()
    assert (said["successful"], said["data"]) == (False, None)
    assert said["error"] == "There is no such contact."
    assert [entry.tool for entry in server.audit] == ["count_words", "find_contact"]


def test_a_tool_can_be_replaced_by_a_function(client, server):
    server.set_tool_response("count_words", lambda arguments: {"words": len(arguments["text"])})
    request = execution(("count_words", {"text": "abc"}))
    said = client.post("/mcp/execute", json=request).json()
    assert said["data"]["results"][0]["response"] == {"words": 3}
    server.journal.assert_called_once_with("count_words", {"text": "abc"})


def test_a_tool_that_fails_for_a_while_can_be_tried_again(client, server):
    attempts = iter([TimeoutError("try again"), TimeoutError("try again"), None])

    def flaky(_arguments):
        if (error := next(attempts)) is not None:
            raise error
        return {"words": 1}

    server.set_tool_response("count_words", flaky)
    request = execution(("count_words", {"text": "a"}))
    said = [client.post("/mcp/execute", json=request).json()["successful"] for _ in range(3)]
    assert said == [False, False, True]


# Health


def test_health_is_told_with_the_time_of_the_check(client):
    discovered = client.get("/mcp/discover").json()
    first = client.get(discovered["health_check_url"])
    assert first.status_code == 200
    assert_conforms(first.json(), rest_schema("health"))
    assert first.json()["status"] == "healthy"
    second = client.get("/health").json()["timestamp"]
    assert datetime.fromisoformat(second) > datetime.fromisoformat(first.json()["timestamp"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/mcp/execute", 405), ("POST", "/mcp/discover", 405), ("GET", "/nothing", 404)],
)
def test_what_is_not_there_is_refused(client, method, path, status):
    assert client.request(method, path).status_code == status
