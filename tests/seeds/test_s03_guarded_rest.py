"""S3: guarded REST servers: tokens, permissions, limits for each user and tool, and the audit."""

import time

import jwt
import pytest
from starlette.testclient import TestClient

from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

START = 1_800_000_000.0
WORDS = {"tools": [{"tool_slug": "count_words", "arguments": {"text": "one two"}}]}
EMAIL = {
    "tools": [
        {
            "tool_slug": "send_email",
            "arguments": {"to": ["ada@example.com"], "subject": "Tea", "body": "At five?"},
        }
    ]
}


class Clock:
    """A time that tests set."""

    now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(clock):
    return MockServer("guarded_tools", clock=clock)


@pytest.fixture
def execute(server):
    with TestClient(asgi_app(server)) as client:

        def execute(body, token=None, **claims):
            issued = server.authorization.issue(**claims) if token is None else token
            headers = {"Authorization": f"Bearer {issued}"} if issued else {}
            return client.post("/mcp/execute", json=body, headers=headers)

        yield execute


# Tokens


def test_discovery_and_health_need_no_token(server):
    client = TestClient(asgi_app(server))
    assert client.get("/mcp/discover").status_code == 200
    assert client.get("/health").status_code == 200


def test_a_token_of_the_shared_secret_is_taken(execute, server):
    claims = {"user_id": "ada", "permissions": ["tool:count_words"], "exp": START + 60}
    token = jwt.encode(claims, server.authorization.secret, "HS256")
    assert execute(WORDS, token).json()["successful"] is True


def test_a_token_expires_by_the_clock(execute, server, clock):
    token = server.authorization.issue(expires_in=60)
    assert execute(WORDS, token).status_code == 200
    clock.now += 61
    expired = execute(WORDS, token)
    assert expired.status_code == 401
    assert "has expired" in expired.headers["www-authenticate"]


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c"])
def test_what_is_no_token_is_refused(execute, token):
    assert execute(WORDS, token).status_code == 401


# Permissions


def test_a_tool_takes_its_permission(execute, server):
    denied = execute(WORDS, permissions=["tool:send_email"]).json()
    assert denied["successful"] is False
    assert denied["error"] == "Permission denied for tool 'count_words'"
    assert execute(EMAIL, permissions=["tool:send_email"]).json()["successful"] is True
    assert [entry.tool for entry in server.audit] == ["send_email"]


def test_a_token_without_the_claim_may_call_nothing(execute):
    assert "Permission denied" in execute(WORDS, permissions=None).json()["error"]


def test_an_unknown_tool_is_told_before_any_permission(execute):
    body = {"tools": [{"tool_slug": "nothing", "arguments": {}}]}
    assert execute(body).json()["error"] == "Tool 'nothing' not found"


def test_what_was_executed_before_a_denial_gives_no_result(execute, server):
    body = {"tools": [*WORDS["tools"], {"tool_slug": "read_audit", "arguments": {}}]}
    denied = execute(body).json()
    assert (denied["successful"], denied["data"]) == (False, None)
    assert [entry.tool for entry in server.audit] == ["count_words"]


# Limits


def test_what_is_beyond_a_limit_is_refused_until_its_span_is_over(execute, clock):
    for _ in range(10):
        assert execute(EMAIL).status_code == 200
        clock.now += 1
    refused = execute(EMAIL)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "3590"
    clock.now += 3589.5
    almost = execute(EMAIL)
    assert (almost.status_code, almost.headers["retry-after"]) == (429, "1")
    clock.now += 0.5
    assert execute(EMAIL).status_code == 200


def test_each_user_and_each_tool_has_a_limit_of_its_own(execute):
    for _ in range(10):
        execute(EMAIL, user_id="ada")
    assert execute(EMAIL, user_id="ada").status_code == 429
    assert execute(EMAIL, user_id="bob").status_code == 200
    assert execute(WORDS, user_id="ada").status_code == 200


def test_what_was_refused_does_not_count(execute):
    for _ in range(20):
        assert execute(EMAIL, permissions=[]).json()["successful"] is False
    assert execute(EMAIL).status_code == 200


# The audit


def test_each_execution_leaves_an_entry(execute, server, clock):
    execute(WORDS, user_id="ada")
    clock.now += 1
    execute(EMAIL, user_id="bob")
    execute(EMAIL, token="garbage")
    first, second = server.audit
    assert (first.tool, first.user, first.arguments) == ("count_words", "ada", {"text": "one two"})
    assert (second.tool, second.user, second.at) == ("send_email", "bob", START + 1)
    assert first.timestamp == "2027-01-15T08:00:00+00:00"


def test_a_token_that_names_nobody_is_of_its_subject(execute, server):
    execute(WORDS, sub="service")
    execute(WORDS, sub=None)
    assert [entry.user for entry in server.audit] == ["service", "anonymous"]


def test_the_time_is_the_real_one_unless_it_is_set():
    server = MockServer("guarded_tools")
    client = TestClient(asgi_app(server))
    client.post("/mcp/execute", json=WORDS, headers=server.authorization.headers())
    [entry] = server.audit
    assert abs(entry.at - time.time()) < 60
