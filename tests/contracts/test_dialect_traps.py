"""What a dialect allows must not be called a violation, nor what proves nothing a pass."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.kailash import INVALID_INPUT, UNAVAILABLE
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED


class DialectTape(Tape):
    """HTTP exchanges with a server of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__("http")
        self._dialect = dialect
        self._numbers = itertools.count(1)

    def exchange(
        self,
        request: str,
        body: Json,
        status: int,
        answer: Json | bytes = None,
        *,
        probe: str = "",
        media_type: str = "application/json",
    ) -> None:
        method, path = request.split()
        channel = f"{method}-{next(self._numbers)}"
        here: dict[str, Any] = {"session": f"{self._dialect}-1", "channel": channel, "probe": probe}
        asked = {"method": method, "path": path, "headers": {}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=asked, **here)
        if body is not None:
            self.say(Sender.CLIENT, body, **here)
        head = {"status": status, "headers": {"content-type": media_type}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=head, **here)
        if answer is not None:
            self.say(Sender.SERVER, answer, **here)
        self.add(EventKind.END, Sender.SERVER, data={"how": "complete"}, **here)

    def verdict(self, rule_id: str) -> Verdict:
        return self.judged(rule_id, self._dialect)  # type: ignore[arg-type]  # reads either

    def of(self, rule_id: str) -> Outcome:
        return self.verdict(rule_id).outcome


def request(method: str) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}


# ContextFrame


@pytest.mark.parametrize(
    ("query", "status", "outcome"),
    [
        ("", 401, UNTESTED),
        ("", 403, UNTESTED),
        ("", 404, UNTESTED),
        ("", 405, UNTESTED),
        ("", 501, UNTESTED),
        ("?filter=metadata.index", 400, UNTESTED),
        ("?filter=metadata.index", 422, UNTESTED),
        ("", 422, VIOLATED),
        ("", 500, VIOLATED),
    ],
)
def test_a_server_may_have_no_changes_to_tell_us(query, status, outcome):
    tape = DialectTape(Dialect.CONTEXTFRAME)
    path = f"/mcp/v1/sse/subscribe{query}"
    tape.exchange(f"GET {path}", None, status, {}, probe="contextframe-changes")
    assert tape.of("contextframe-changes-served") is outcome


@pytest.mark.parametrize(("status", "outcome"), [(401, UNTESTED), (403, UNTESTED), (500, VIOLATED)])
def test_who_lacks_a_credential_is_told_that_instead_of_a_failed_initialize(status, outcome):
    tape = DialectTape(Dialect.CONTEXTFRAME)
    tape.exchange("POST /mcp/v1", request("initialize"), status, {"detail": "no"})
    verdict = tape.verdict("contextframe-initialize-served")
    assert verdict.outcome is outcome
    assert ("--header" in verdict.reason) is (outcome is UNTESTED)


# JSON-RPC


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("rule_id", "probe"),
    [
        ("rpc-parse-error", "rpc-malformed/truncated"),
        ("rpc-invalid-request", "rpc-malformed/old version"),
        ("rpc-goes-on", "rpc-malformed/control"),
        ("rpc-method-not-found", "rpc-unknown-method"),
        ("rpc-invalid-params", "rpc-malformed-call"),
        ("rpc-unknown-tool-error", "rpc-unknown-tool"),
        ("rpc-arguments-checked", "rpc-invalid-arguments"),
    ],
)
def test_what_was_sent_and_turned_away_is_not_said_to_be_unsent(rule_id, probe, status):
    tape = DialectTape(Dialect.OPENAPI_JSONRPC)
    tape.exchange("POST /mcp", request("tools/list"), status, {"detail": "no"}, probe=probe)
    verdict = tape.verdict(rule_id)
    assert verdict.outcome is UNTESTED
    assert str(status) in verdict.reason


# What other APIs answer errors with, too

NO_MESSAGE: Json = {"statusCode": 400, "message": ["name"], "error": "Bad Request"}
NO_OBJECT: Json = {"jsonrpc": "2.0", "id": 1, "error": "Bad Request"}
FAILED: Json = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": "no"}}
DONE: Json = {"jsonrpc": "2.0", "id": 1, "result": {}}


@pytest.mark.parametrize(
    ("answer", "outcome"), [(NO_MESSAGE, PASSED), (FAILED, VIOLATED), (DONE, VIOLATED)]
)
@pytest.mark.parametrize(
    ("rule_id", "probe"),
    [
        ("rpc-parse-error", "rpc-malformed/truncated"),
        ("rpc-invalid-request", "rpc-malformed/old version"),
        ("rpc-invalid-params", "rpc-malformed-call"),
    ],
)
def test_a_client_error_without_a_jsonrpc_body_refuses_whatever_members_its_body_has(
    rule_id, probe, answer, outcome
):
    tape = DialectTape(Dialect.OPENAPI_JSONRPC)
    tape.exchange("POST /mcp", request("tools/call"), 400, answer, probe=probe)
    assert tape.of(rule_id) is outcome


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        (500, {"error": "Internal Server Error"}, VIOLATED),
        (200, NO_OBJECT, VIOLATED),
        (200, FAILED, PASSED),
    ],
)
@pytest.mark.parametrize(
    ("rule_id", "probe"),
    [
        ("rpc-unknown-tool-error", "rpc-unknown-tool"),
        ("openapi-unknown-resource-refused", "openapi-unknown-resource/read"),
        ("contextframe-search-type-refused", "contextframe-search-type"),
        ("contextframe-bounds-checked", "contextframe-bounds/limit -1"),
    ],
)
def test_only_an_error_of_jsonrpc_says_that_a_request_is_refused(
    rule_id, probe, status, answer, outcome
):
    frames = rule_id.startswith("contextframe")
    tape = DialectTape(Dialect.CONTEXTFRAME if frames else Dialect.OPENAPI_JSONRPC)
    tape.exchange("POST /mcp", request("tools/call"), status, answer, probe=probe)
    verdict = tape.verdict(rule_id)
    assert verdict.outcome is outcome
    assert all(answer["error"] in finding.actual for finding in verdict.findings)


# Kailash style


@pytest.mark.parametrize(
    ("status", "checks", "outcome"),
    [
        ("healthy", ["healthy"], PASSED),
        ("unhealthy", ["healthy", "unhealthy"], PASSED),
        ("unhealthy", ["connected", "unhealthy"], PASSED),
        ("healthy", ["connected", "healthy"], UNTESTED),
        ("unhealthy", ["degraded"], UNTESTED),
        ("healthy", ["connected", "unhealthy"], VIOLATED),
        ("unhealthy", ["healthy"], VIOLATED),
    ],
)
def test_a_check_may_have_another_word_for_how_it_is(status, checks, outcome):
    tape = DialectTape(Dialect.OPENAPI_JSONRPC)
    codes = {"schemas": {"Code": {"enum": [INVALID_INPUT, UNAVAILABLE]}}}
    tape.exchange("GET /openapi.json", None, 200, {"components": codes})
    said = {str(number): {"status": word} for number, word in enumerate(checks)}
    health = {"status": status, "checks": said, "timestamp": "2026-01-01T00:00:00Z"}
    tape.exchange("GET /health", None, 200, health)
    assert tape.of("kailash-health-sums-up") is outcome


# Gateway

CALL = "POST /servers/a/call"
DOWN = "gateway-registration/tools of a server that is down"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (401, PASSED),
        (403, PASSED),
        (422, UNTESTED),
        (429, UNTESTED),
        (503, UNTESTED),
        (404, VIOLATED),
        (200, VIOLATED),
    ],
)
def test_a_gateway_may_forbid_what_is_asked_without_a_token(status, outcome):
    tape = DialectTape(Dialect.GATEWAY)
    answer = {"error": "no"}
    tape.exchange("GET /servers", None, status, answer, probe="gateway-token/without a token")
    assert tape.of("gateway-token-required") is outcome


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("rule_id", "asked", "probe"),
    [
        ("gateway-servers-served", "GET /servers", ""),
        ("gateway-tools-shape", "GET /servers/a/tools", ""),
        ("gateway-call-served", CALL, ""),
        ("gateway-unknown-server-404", CALL, "gateway-unknown-server"),
        ("gateway-unknown-tool-refused", CALL, "gateway-unknown-tool"),
        ("gateway-bad-call-refused", CALL, "gateway-bad-call"),
        ("gateway-registered-listed", "POST /servers", "gateway-registration/good"),
        ("gateway-duplicate-name-refused", "POST /servers", "gateway-registration/duplicate"),
        ("gateway-bad-registration-refused", "POST /servers", "gateway-bad-registration/no name"),
        ("gateway-removed-gone", "DELETE /servers/a", "gateway-registration/removal"),
        ("gateway-down-server-told", "GET /servers/a/tools", DOWN),
    ],
)
def test_what_a_token_does_not_allow_shows_nothing_of_a_gateway(rule_id, asked, probe, status):
    tape = DialectTape(Dialect.GATEWAY)
    body: Json = {"tool": "t", "params": {}} if asked is CALL else None
    tape.exchange(asked, body, status, {"error": "no"}, probe=probe)
    verdict = tape.verdict(rule_id)
    assert verdict.outcome is UNTESTED
    assert str(status) in verdict.reason


AFTER_REMOVAL = "gateway-registration/after removal"


@pytest.mark.parametrize("status", [400, 422, 429, 502, 503, 504])
def test_a_call_that_was_refused_is_not_said_to_be_unsent(status):
    tape = DialectTape(Dialect.GATEWAY)
    tape.exchange(CALL, {"tool": "t", "params": {}}, status, {"error": "no"})
    verdict = tape.verdict("gateway-call-served")
    assert verdict.outcome is UNTESTED
    assert str(status) in verdict.reason


REGISTRATION: Json = {"name": "mine", "url": "http://127.0.0.1:9/mcp", "transport": "http"}


def test_a_removal_is_seen_in_a_listing_alone():
    tape = DialectTape(Dialect.GATEWAY)
    tape.exchange("POST /servers", REGISTRATION, 201, {}, probe="gateway-registration/good")
    tape.exchange("DELETE /servers/mine", None, 204, probe="gateway-registration/removal")
    for status, answer in ((500, {"error": "no"}), (200, {"error": "no"}), (200, b"[")):
        tape.exchange("GET /servers", None, status, answer, probe=AFTER_REMOVAL)
        assert tape.of("gateway-removed-gone") is UNTESTED
    tape.exchange("GET /servers", None, 200, {"servers": []}, probe=AFTER_REMOVAL)
    assert tape.of("gateway-removed-gone") is PASSED


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(b'{"tools": [', VIOLATED), (b"<html>", VIOLATED), (b"", VIOLATED), (b"[]", PASSED)],
)
@pytest.mark.parametrize(
    ("dialect", "rule_id", "asked"),
    [
        (Dialect.REST, "rest-discover-served", "GET /mcp/discover"),
        (Dialect.GATEWAY, "gateway-servers-served", "GET /servers"),
    ],
)
def test_what_is_called_json_is_json(dialect, rule_id, asked, body, outcome):
    tape = DialectTape(dialect)
    tape.exchange(asked, None, 200, body)
    assert tape.of(rule_id) is outcome


@pytest.mark.parametrize(
    ("authentication", "outcome"),
    [
        ({"type": "api-key", "api_key_header": "X-API-Key"}, PASSED),
        ({"type": "bearer", "token": "configured"}, PASSED),
        ({"type": "bearer", "token": "***"}, PASSED),
        ({"type": "bearer", "token": "swordfish"}, UNTESTED),
        ({"type": "bearer", "authorization_header": "Bearer s3cr3t"}, VIOLATED),
        ({"type": "bearer", "token": "s3cr3t-7f3a"}, VIOLATED),
    ],
)
def test_a_word_under_the_name_of_a_secret_need_not_be_one(authentication, outcome):
    tape = DialectTape(Dialect.GATEWAY)
    entry: Json = {"name": "a", "authentication": authentication}
    tape.exchange("GET /servers", None, 200, {"servers": [entry]})
    assert tape.of("gateway-secrets-unlisted") is outcome


def test_what_was_registered_and_does_not_come_back_is_kept_whatever_stands_for_it():
    tape = DialectTape(Dialect.GATEWAY)
    given: Json = {"type": "bearer", "token": "made-up-7f3a"}
    mine: Json = {"name": "mine", "url": "http://127.0.0.1:9/mcp", "authentication": given}
    tape.exchange("POST /servers", mine, 201, {}, probe="gateway-registration/good")
    entry: Json = {"name": "mine", "authentication": {"type": "bearer", "token": "swordfish"}}
    tape.exchange("GET /servers", None, 200, {"servers": [entry]})
    assert tape.of("gateway-secrets-unlisted") is PASSED
    entry = {"name": "mine", "note": "of made-up-7f3a"}
    tape.exchange("GET /servers", None, 200, {"servers": [entry]})
    assert tape.of("gateway-secrets-unlisted") is VIOLATED


# What is listed

LONG = "x" * 350
"""More than a finding quotes."""


@pytest.mark.parametrize(("last", "outcome"), [("b", PASSED), ("a", VIOLATED)])
@pytest.mark.parametrize(
    ("dialect", "rule_id", "asked"),
    [
        (Dialect.REST, "rest-tool-names-unique", "GET /mcp/discover"),
        (Dialect.GATEWAY, "gateway-server-names-unique", "GET /servers"),
        (Dialect.GATEWAY, "gateway-tool-names-unique", "GET /servers/a/tools"),
        (Dialect.OPENAPI_JSONRPC, "openapi-tool-names-unique", "POST /mcp"),
        (Dialect.CONTEXTFRAME, "contextframe-tool-names-unique", "POST /mcp"),
    ],
)
def test_long_names_differ_in_their_last_letter(dialect, rule_id, asked, last, outcome):
    tape = DialectTape(dialect)
    named: Json = [{"name": f"{LONG}a"}, {"name": f"{LONG}{last}"}]
    listed: dict[str, Json] = {"tools": named, "servers": named}
    body = request("tools/list") if asked.startswith("POST") else None
    tape.exchange(asked, body, 200, {"jsonrpc": "2.0", "id": 1, "result": listed, **listed})
    assert tape.of(rule_id) is outcome


@pytest.mark.parametrize(("last", "outcome"), [("a", PASSED), ("b", VIOLATED)])
def test_long_uris_differ_in_their_last_letter(last, outcome):
    tape = DialectTape(Dialect.OPENAPI_JSONRPC)
    uri = f"file:///{LONG}"
    listed: Json = {"resources": [{"uri": f"{uri}a", "name": "a"}]}
    contents: Json = {"contents": [{"uri": f"{uri}{last}", "text": "a"}]}
    for method, result in (("resources/list", listed), ("resources/read", contents)):
        asked = request(method) | {"params": {"uri": f"{uri}a"}}
        tape.exchange("POST /mcp", asked, 200, {"jsonrpc": "2.0", "id": 1, "result": result})
    assert tape.of("openapi-resource-read") is outcome


# Event streams


@pytest.mark.parametrize(
    ("dialect", "media_type", "outcome"),
    [
        (Dialect.WEBSOCKET, "text/html", UNTESTED),
        (Dialect.WEBSOCKET, "application/json", VIOLATED),
        (Dialect.WEBSOCKET, "text/event-stream", PASSED),
        (Dialect.OPENAPI_JSONRPC, "application/json", UNTESTED),
    ],
)
def test_the_page_that_every_path_is_answered_with_is_no_stream(dialect, media_type, outcome):
    tape = DialectTape(dialect)
    probe = "events-stream"
    tape.exchange("GET /mcp/stream", None, 200, media_type=media_type, probe=probe)
    assert tape.of("events-stream-served") is outcome


# Credentials that an OpenAPI document demands

KEY: dict[str, Json] = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
BODY: dict[str, Json] = {
    "type": "object",
    "properties": {"jsonrpc": {"type": "string"}, "method": {"type": "string"}},
}
DOCUMENT: dict[str, Json] = {
    "openapi": "3.1.0",
    "paths": {
        "/mcp": {
            "post": {
                "security": [{"key": []}],
                "requestBody": {"content": {"application/json": {"schema": BODY}}},
            }
        }
    },
    "components": {"securitySchemes": {"key": KEY}},
}
LISTED: dict[str, Json] = {"jsonrpc": "2.0", "id": 1, "result": {"tools": []}}
ERROR: dict[str, Json] = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": "key"}}


@pytest.mark.parametrize(
    ("status", "answer", "demanded", "by_401"),
    [
        (401, {"detail": "key"}, PASSED, PASSED),
        (403, {"detail": "key"}, PASSED, VIOLATED),
        (422, {"detail": "field required"}, PASSED, VIOLATED),
        (200, ERROR, PASSED, VIOLATED),
        (429, {"detail": "slowly"}, UNTESTED, UNTESTED),
        (500, {"detail": "broken"}, UNTESTED, UNTESTED),
        (200, LISTED, VIOLATED, UNTESTED),
    ],
)
def test_whatever_gives_no_result_has_let_nobody_in(status, answer, demanded, by_401):
    tape = DialectTape(Dialect.OPENAPI_JSONRPC)
    tape.exchange("GET /openapi.json", None, 200, DOCUMENT)
    tape.exchange("POST /mcp", request("tools/list"), 200, LISTED)
    asked = request("tools/list")
    tape.exchange("POST /mcp", asked, status, answer, probe="openapi-credential/without")
    assert tape.of("openapi-credential-demanded") is demanded
    assert tape.of("openapi-credential-401") is by_401


def test_what_fails_with_the_credential_too_was_not_seen_to_demand_it():
    tape = DialectTape(Dialect.OPENAPI_JSONRPC)
    tape.exchange("GET /openapi.json", None, 200, DOCUMENT)
    for probe in ("", "openapi-credential/without"):
        tape.exchange("POST /mcp", request("tools/list"), 422, {"detail": "no"}, probe=probe)
    assert tape.of("openapi-credential-demanded") is UNTESTED
    assert tape.of("openapi-credential-401") is UNTESTED
