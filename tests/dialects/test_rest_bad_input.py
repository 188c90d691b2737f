"""Bad input to a REST server gets the documented error, and the next good request is served."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest
from rest_fastapi import SECRET, careful_app, token
from starlette.testclient import TestClient

from mcp_proof.json_web_token import forgeries
from mcp_proof.testing import assert_conforms, rest_schema
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

GOOD = {
    "tools": [{"tool_slug": "count_words", "arguments": {"text": "one two"}}],
    "request_id": "good",
}
FAR = 9 * 1024 * 1024
DEEP = 100_000


def guarded_mock() -> MockServer:
    return MockServer(
        {
            "info": {"name": "guarded", "version": "1"},
            "dialect": "rest",
            "authorization": {"scheme": "jwt", "secret": SECRET},
            "tools": [
                {
                    "name": "count_words",
                    "permissions": ["tool:count_words"],
                    "inputSchema": {
                        "type": "object",
                        "properties": {"text": {"type": "string"}},
                        "required": ["text"],
                    },
                    "answer": {"structured": {"words": 2}},
                }
            ],
        }
    )


SERVERS: dict[str, Callable[[], Any]] = {
    "mock": lambda: asgi_app(guarded_mock()),
    "FastAPI": lambda: careful_app(guarded=True),
}


@pytest.fixture(params=SERVERS)
def send(request):
    """Send a body; the answer must be the documented one, and a good request after it served."""
    client = TestClient(SERVERS[request.param]())
    passes = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}

    def send(content: bytes | str, headers: Mapping[str, str] = passes) -> Any:
        answer = client.post("/mcp/execute", content=content, headers=dict(headers))
        served = client.post("/mcp/execute", json=GOOD, headers=passes).json()
        assert_conforms(served, rest_schema("execute-response"))
        assert served["request_id"] == "good"
        assert served["data"]["results"] == [{"tool_slug": "count_words", "response": {"words": 2}}]
        return answer

    return send


def body(tools: Any, **members: Any) -> str:
    return json.dumps({"tools": tools, **members})


def call(arguments: Any, slug: Any = "count_words") -> dict[str, Any]:
    return {"tool_slug": slug, "arguments": arguments}


@pytest.mark.parametrize(
    "content",
    {
        "nothing": b"",
        "no JSON": b'{"tools": [',
        "no UTF-8": b'{"tools": [], "request_id": "\xff\xfe"}',
        "a list": b"[]",
        "a number": b"1",
        "null": b"null",
        "no tools": b"{}",
        "tools that are no list": body("count_words"),
        "an empty list of tools": body([]),
        "a tool that is a text": body(["count_words"]),
        "a slug that is a list": body([call({}, slug=["count_words"])]),
        "a slug that is nothing": body([call({}, slug=None)]),
        "arguments that are a text": body([call("text")]),
        "no arguments": body([{"tool_slug": "count_words"}]),
        "a request_id that is a number": body([call({"text": "a"})], request_id=1),
        "a flag that is a text": body([call({"text": "a"})], sync_response_to_workbench="yes"),
        "no end of brackets": b'{"tools": ' + b"[" * DEEP,
        "deep brackets": b'{"tools": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    }.values(),
    ids=lambda content: repr(content)[:40],
)
def test_a_bad_body_is_refused(send, content):
    answer = send(content)
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("value", "status"),
    [("[" * 100 + "]" * 100, 200), ("[" * 400 + "]" * 400, 400), (r'"\ud800"', 200)],
    ids=["nested", "nested too deep", "half a character"],
)
def test_whatever_can_be_read_can_be_answered(value, status):
    document = {"info": {"name": "a", "version": "1"}, "dialect": "rest"}
    answers = {"tools": [{"name": "echo", "answer": {"structured": {"said": "{{ x }}"}}}]}
    client = TestClient(asgi_app(MockServer({**document, **answers})))
    content = f'{{"tools": [{{"tool_slug": "echo", "arguments": {{"x": {value}}}}}]}}'
    assert client.post("/mcp/execute", content=content).status_code == status


def test_a_huge_body_is_refused(send):
    answer = send(body([call({"text": "a" * FAR})]))
    assert answer.status_code == 413
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([call({}, slug="nothing")], "Tool 'nothing' not found"),
        ([call({"text": "a"}), call({}, slug="nothing")], "Tool 'nothing' not found"),
        ([call({})], "Invalid arguments: "),
        ([call({"text": 1})], "Invalid arguments: "),
        ([call({"text": {"a": [1] * 1000}})], "Invalid arguments: "),
    ],
)
def test_a_call_that_cannot_be_executed_fails_and_leaves_no_results(send, calls, said):
    answer = send(body(calls, request_id="bad"))
    assert answer.status_code == 200
    failed = answer.json()
    assert_conforms(failed, rest_schema("execute-response"))
    assert (failed["request_id"], failed["successful"], failed["data"]) == ("bad", False, None)
    assert failed["error"].startswith(said)


def without_expiry() -> str:
    return jwt.encode({"user_id": "ada", "permissions": ["tool:count_words"]}, SECRET, "HS256")


@pytest.mark.parametrize(
    "header",
    {
        "absent": {},
        "empty": {"Authorization": ""},
        "of another scheme": {"Authorization": "Basic YTpi"},
        "garbage": {"Authorization": "Bearer garbage"},
        "expired": {"Authorization": f"Bearer {token(exp=time.time() - 1)}"},
        "not valid yet": {"Authorization": f"Bearer {token(nbf=time.time() + 86400)}"},
        "valid for ever": {"Authorization": f"Bearer {without_expiry()}"},
        "of another key": {"Authorization": f"Bearer {token('x' * 40)}"},
        **{case: {"Authorization": f"Bearer {made}"} for case, made in forgeries(token())},
    }.values(),
    ids=lambda header: str(header)[:40],
)
def test_a_token_that_is_none_is_refused(send, header):
    answer = send(json.dumps(GOOD), headers={**header, "Content-Type": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("permissions", [[], ["tool:other"], None, "tool:count_words_not"])
def test_a_token_without_the_permission_is_denied(send, permissions):
    bearer = f"Bearer {token(permissions=permissions)}"
    header = {"Authorization": bearer, "Content-Type": "application/json"}
    failed = send(json.dumps(GOOD), headers=header).json()
    assert failed["successful"] is False
    assert failed["error"] == "Permission denied for tool 'count_words'"
