"""What a REST server may do must not be called a violation, nor what proves nothing a pass."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
TOOL = {
    "name": "count",
    "description": "Counts.",
    "input_schema": {"type": "object"},
    "rate_limit": "2/minute",
}
DONE = {"successful": True, "data": {"results": [{"tool_slug": "count", "response": {}}]}}


def failed(error: str = "no") -> dict[str, Json]:
    return {"successful": False, "data": None, "error": error}


class RestTape(Tape):
    """HTTP exchanges with a server that lists one tool."""

    def __init__(self, **tool: Json) -> None:
        super().__init__("http")
        self._numbers = itertools.count(1)
        said = {"server_name": "s", "version": "1", "tools": [{**TOOL, **tool}]}
        self.exchange("GET", "/mcp/discover", None, 200, said)

    def exchange(  # the members of an exchange
        self,
        method: str,
        path: str,
        body: Json,
        status: int | None,
        answer: Json,
        *,
        probe: str = "",
        at: float = 0.0,
        headers: Any = None,
    ) -> None:
        number = next(self._numbers)
        here = {"session": "rest-1", "channel": f"{method}-{number}", "probe": probe, "at": at}
        request = {"method": method, "path": path, "headers": {}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=request, **here)
        if body is not None:
            self.say(Sender.CLIENT, body, **here)
        if status is None:
            return
        head = {
            "status": status,
            "headers": {"content-type": "application/json", **(headers or {})},
        }
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=head, **here)
        self.say(Sender.SERVER, answer, **here)
        self.add(EventKind.END, Sender.SERVER, data={"how": "complete"}, **here)

    def execute(
        self,
        status: int | None,
        answer: Any,
        *slugs: str,
        probe: str = "",
        request_id: str | None = "r",
        **more: Any,
    ) -> None:
        calls = [{"tool_slug": slug, "arguments": {}} for slug in slugs or ("count",)]
        body = {"tools": calls, "request_id": request_id}
        said = {"request_id": request_id or "made", **answer}
        self.exchange("POST", "/mcp/execute", body, status, said, probe=probe, **more)

    def of(self, rule_id: str) -> Outcome:
        return self.outcome(rule_id, Dialect.REST)  # type: ignore[arg-type]  # reads either


@pytest.mark.parametrize("status", [401, 403, 429])
@pytest.mark.parametrize(
    ("rule_id", "probe"),
    [
        ("rest-first-failure-ends", "rest-unknown-tool"),
        ("rest-bad-body-refused", "rest-bad-body"),
        ("rest-arguments-checked", "rest-invalid-arguments"),
        ("rest-good-body-served", ""),
    ],
)
def test_who_is_turned_away_at_the_door_learns_nothing(rule_id, probe, status):
    tape = RestTape()
    tape.execute(200, DONE, probe="rest-several-tools")
    earlier = tape.of(rule_id)
    tape.execute(status, {"detail": "no"}, probe=probe)
    assert tape.of(rule_id) is earlier


def test_a_tool_that_never_succeeds_was_not_seen_to_check_its_arguments():
    tape = RestTape()
    tape.execute(200, failed("Permission denied"), probe="rest-invalid-arguments")
    assert tape.of("rest-arguments-checked") is UNTESTED
    tape.execute(200, DONE)
    assert tape.of("rest-arguments-checked") is PASSED


def test_a_server_that_crashes_is_named_once():
    tape = RestTape()
    tape.execute(500, {}, "nothing", probe="rest-unknown-tool")
    assert tape.of("rest-first-failure-ends") is UNTESTED
    assert tape.of("rest-good-body-served") is VIOLATED


def test_an_empty_request_id_is_none():
    tape = RestTape()
    tape.execute(200, DONE, request_id="")
    assert tape.of("rest-request-id-echoed") is UNTESTED


def test_a_result_that_breaks_a_mere_format_breaks_nothing():
    declared = {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}
    tape = RestTape(output_schema=declared)
    done = {"tool_slug": "count", "response": {"at": "2026-01-01T00:00:00"}}
    tape.execute(200, {"successful": True, "data": {"results": [done]}})
    assert tape.of("rest-output-schema-kept") is PASSED


@pytest.mark.parametrize("schema", [[], "object", 7])
def test_a_schema_that_is_no_object_is_not_taken_for_one_that_allows_everything(schema):
    tape = RestTape(input_schema=schema, output_schema=schema)
    done = {"tool_slug": "count", "response": 1}
    tape.execute(200, {"successful": True, "data": {"results": [done]}})
    assert tape.of("rest-input-schema-valid") is UNTESTED
    assert tape.of("rest-output-schema-kept") is UNTESTED
    assert tape.of("rest-discover-shape") is VIOLATED


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/up?all=1", "/up", "http://[", None, 7])
@pytest.mark.parametrize("status", [200, 500])
def test_the_health_check_that_is_named_is_a_get_of_its_path(url, status):
    tape = RestTape()
    said = {"server_name": "s", "version": "1", "tools": [], "health_check_url": url}
    tape.exchange("GET", "/mcp/discover", None, 200, said)
    path = "/up?all=1" if "/up" in str(url) else "/health"
    tape.exchange("POST", path, {}, 405, {})
    assert tape.of("rest-health-shape") is UNTESTED
    tape.exchange("GET", path, None, status, {"status": "ok", "timestamp": "2026-01-01T00:00:00Z"})
    assert tape.of("rest-health-shape") is (PASSED if status == 200 else VIOLATED)


def test_the_health_check_of_another_host_is_not_missed_here():
    tape = RestTape()
    url = "http://elsewhere.example/health"
    said = {"server_name": "s", "version": "1", "tools": [], "health_check_url": url}
    tape.exchange("GET", "/mcp/discover", None, 200, said)
    tape.exchange("GET", "/health", None, 404, {"detail": "Not Found"})
    assert tape.of("rest-health-shape") is UNTESTED


# Tokens


def token(
    tape: RestTape, case: str, status: int | None, answer: Any = DONE, slug: str = "count"
) -> None:
    tape.execute(status, answer, slug, probe=f"rest-token/{case}")


def test_a_refusal_shows_something_where_the_good_token_passes():
    tape = RestTape()
    token(tape, "no token", 401)
    token(tape, "no algorithm", 401)
    assert tape.of("rest-token-required") is UNTESTED
    assert tape.of("rest-token-verified") is UNTESTED
    token(tape, "the token", 200)
    assert tape.of("rest-token-required") is PASSED
    assert tape.of("rest-token-verified") is PASSED


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (403, failed("Invalid token"), PASSED),
        (400, failed("no token"), PASSED),
        (422, failed("field required"), PASSED),
        (429, failed("slowly"), UNTESTED),
        (503, failed(), UNTESTED),
        (200, failed("Invalid token"), UNTESTED),
        (200, DONE, VIOLATED),
    ],
)
def test_what_was_not_executed_was_done_for_nobody(status, answer, outcome):
    tape = RestTape()
    token(tape, "the token", 200)
    token(tape, "no token", status, answer)
    token(tape, "an altered signature", status, answer)
    assert tape.of("rest-token-required") is outcome
    assert tape.of("rest-token-verified") is outcome


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_what_fails_with_the_token_too_was_not_refused_for_want_of_it(status):
    tape = RestTape()
    token(tape, "the token", status, failed())
    token(tape, "no token", status, failed())
    assert tape.of("rest-token-required") is UNTESTED


def test_who_never_answered_the_token_was_not_seen_to_take_it():
    tape = RestTape()
    token(tape, "the token", None)
    token(tape, "no token", 401)
    token(tape, "no algorithm", 401)
    assert tape.of("rest-token-required") is UNTESTED
    assert tape.of("rest-token-verified") is UNTESTED


def test_an_unknown_tool_may_be_told_before_the_token_is_looked_at():
    tape = RestTape()
    token(tape, "the token", 200, failed(), "nothing")
    token(tape, "no token", 200, failed("not found"), "nothing")
    assert tape.of("rest-token-required") is UNTESTED


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (200, failed("Permission denied for tool 'count'"), PASSED),
        (403, {"detail": "Forbidden"}, PASSED),
        (200, failed("the disk is full"), UNTESTED),
        (200, DONE, VIOLATED),
    ],
)
def test_a_denial_says_that_it_is_one(status, answer, outcome):
    tape = RestTape()
    tape.execute(status, answer, probe="rest-permission/tool:count")
    assert tape.of("rest-permission-denied") is outcome


# Limits


def limited(tape: RestTape, status: int, answer: Any, at: float = 0.0, headers: Any = None) -> None:
    tape.execute(status, answer, probe="rest-rate-limit", at=at, headers=headers)


@pytest.mark.parametrize(
    ("calls", "last", "outcome"),
    [
        (5, 59.0, VIOLATED),
        (5, 60.0, UNTESTED),  # the span was over
        (4, 1.0, UNTESTED),  # two by the clock's minute, two by the next
    ],
)
def test_a_limit_is_broken_only_where_no_way_of_counting_allows_it(calls, last, outcome):
    tape = RestTape()
    for number in range(calls):
        limited(tape, 200, DONE, at=last * number / (calls - 1))
    assert tape.of("rest-rate-limit-kept") is outcome
    assert tape.of("rest-rate-limit-429") is UNTESTED


@pytest.mark.parametrize(
    ("status", "answer", "kept", "said"),
    [
        (429, {"detail": "Rate limit exceeded"}, PASSED, PASSED),
        (200, failed("429: Rate limit exceeded"), PASSED, VIOLATED),
        (200, failed("the disk is full"), UNTESTED, UNTESTED),
        (503, {"detail": "limit"}, UNTESTED, UNTESTED),
    ],
)
def test_a_limit_is_told_by_its_status(status, answer, kept, said):
    tape = RestTape()
    limited(tape, 200, DONE)
    limited(tape, status, answer)
    assert tape.of("rest-rate-limit-kept") is kept
    assert tape.of("rest-rate-limit-429") is said


def test_a_tool_that_was_never_seen_to_succeed_shows_no_limit():
    tape = RestTape()
    limited(tape, 429, {"detail": "no"})
    assert tape.of("rest-rate-limit-429") is UNTESTED


@pytest.mark.parametrize(("headers", "outcome"), [({"retry-after": "3"}, PASSED), ({}, VIOLATED)])
def test_429_should_say_when_to_come_back(headers, outcome):
    tape = RestTape()
    limited(tape, 429, {"detail": "no"}, headers=headers)
    assert tape.of("rest-retry-after") is outcome
