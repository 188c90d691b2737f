"""What clients do over Streamable HTTP, in 2026-07-28, that looks wrong and is not."""

import pytest
from http_client_tape import SSE, HttpClientTape, modern, request, result

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

NEW = Revision.R2026_07_28
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
HEADERS = ("h26-client-version-header", "h26-client-mcp-method")
CALL = {"mcp_protocol_version": "2026-07-28", "mcp_method": "tools/call"}


@pytest.fixture
def tape() -> HttpClientTape:
    return HttpClientTape()


# Headers


@pytest.mark.parametrize("rule_id", HEADERS)
def test_an_initialize_of_a_client_of_both_eras_needs_no_header(tape, rule_id):
    tape.sent(request("initialize", 1, protocolVersion="2025-11-25"))
    assert tape.outcome(rule_id, NEW) is UNTESTED


@pytest.mark.parametrize("rule_id", HEADERS)
def test_nor_does_a_notification(tape, rule_id):
    tape.sent({"jsonrpc": "2.0", "method": "notifications/cancelled"})
    assert tape.outcome(rule_id, NEW) is UNTESTED


@pytest.mark.parametrize("rule_id", HEADERS)
def test_a_client_that_has_fallen_back_sends_what_is_due_there(tape, rule_id):
    channel = tape.sent(request("initialize", 1))
    tape.answered(channel, result(1, {"protocolVersion": "2025-11-25"}))
    tape.sent(request("tools/list", 2), session="http")
    assert tape.outcome(rule_id, NEW) is UNTESTED


@pytest.mark.parametrize("rule_id", HEADERS)
def test_what_claims_this_revision_is_judged_by_it_in_any_case(tape, rule_id):
    tape.sent(request("initialize", 1))
    tape.sent(modern("tools/list", 2))
    assert tape.outcome(rule_id, NEW) is VIOLATED


def test_a_method_that_is_no_text_is_for_another_rule(tape):
    tape.sent({**modern("", 1), "method": 7})
    assert tape.outcome("h26-client-mcp-method", NEW) is UNTESTED


@pytest.mark.parametrize(
    ("name", "header", "plain", "encoded"),
    [
        ("echo", "echo", PASSED, UNTESTED),
        ("echo", "=?base64?ZWNobw==?=", PASSED, UNTESTED),
        ("echo", "Echo", VIOLATED, UNTESTED),
        ("my tool", "my tool", PASSED, UNTESTED),
        ("grüße", "=?base64?Z3LDvMOfZQ==?=", PASSED, PASSED),
        ("grüße", "gr%C3%BC%C3%9Fe", PASSED, VIOLATED),
        ("grüße", "grüße", PASSED, VIOLATED),
        (" echo ", "echo", PASSED, VIOLATED),
        ("=?base64?eA==?=", "=?base64?eA==?=", PASSED, VIOLATED),
        ("grüße", "=?BASE64?Z3LDvMOfZQ==?=", PASSED, VIOLATED),
        ("", "", PASSED, UNTESTED),
    ],
)
def test_a_name_is_plain_or_encoded_as_it_needs_to_be(tape, name, header, plain, encoded):
    tape.sent(modern("tools/call", 1, name=name), **CALL, mcp_name=header)
    assert tape.outcome("h26-client-mcp-name", NEW) is plain
    assert tape.outcome("h26-client-mcp-name-encoded", NEW) is encoded


def test_a_list_has_no_name(tape):
    tape.sent(modern("tools/list", 1), mcp_method="tools/list")
    assert tape.outcome("h26-client-mcp-name", NEW) is UNTESTED


def test_a_version_is_compared_where_both_are_there(tape):
    tape.sent(request("tools/list", 1), mcp_protocol_version="2026-07-28")
    tape.sent(modern("tools/list", 2))
    assert tape.outcome("h26-client-version-header-matches", NEW) is UNTESTED


# Streams


def broken(tape: HttpClientTape, *, how: str = "broken", sender: Sender = Sender.SERVER) -> None:
    channel = tape.sent(modern("tools/call", 1, name="echo"), **CALL, mcp_name="echo")
    tape.head(channel, SSE)
    tape.ended(channel, how, sender)


@pytest.mark.parametrize(("request_id", "outcome"), [(2, PASSED), ("1", PASSED), (1, VIOLATED)])
def test_what_was_lost_is_asked_again_with_another_id(tape, request_id, outcome):
    broken(tape)
    tape.sent(modern("tools/call", request_id, name="echo"), **CALL, mcp_name="echo")
    assert tape.outcome("h26-client-reissues-new-id", NEW) is outcome


def test_nobody_has_to_ask_again(tape):
    broken(tape)
    tape.sent(modern("tools/call", 1, name="other"), **CALL, mcp_name="other")
    tape.closed()
    assert tape.outcome("h26-client-reissues-new-id", NEW) is UNTESTED


def test_a_stream_that_the_client_closed_was_not_lost(tape):
    broken(tape, how="closed", sender=Sender.CLIENT)
    tape.sent(modern("tools/call", 1, name="echo"), **CALL, mcp_name="echo")
    assert tape.outcome("h26-client-reissues-new-id", NEW) is UNTESTED


def called(tape: HttpClientTape, number: int, *, comment: bool, error: str = "") -> None:
    channel = tape.sent(modern("tools/call", number, name="echo"), **CALL, mcp_name="echo")
    tape.head(channel, SSE)
    if comment:
        data = {"text": ": still there", "bytes": 14}
        tape.add(EventKind.BODY, Sender.SERVER, channel=channel, data=data)
    tape.event(channel, result(number))
    tape.ended(channel)
    tape.told(number, "call", error)


@pytest.mark.parametrize(
    ("plain", "commented", "outcome"),
    [("", "", PASSED), ("", "malformed", VIOLATED), ("no", "no", UNTESTED), ("no", "", UNTESTED)],
)
def test_comments_are_blamed_where_they_alone_make_the_difference(tape, plain, commented, outcome):
    called(tape, 1, comment=False, error=plain)
    called(tape, 2, comment=True, error=commented)
    assert tape.outcome("h26-client-ignores-sse-comments", NEW) is outcome


def test_who_reads_no_streams_at_all_is_not_blamed_for_comments(tape):
    channel = tape.sent(modern("tools/call", 1, name="echo"), **CALL, mcp_name="echo")
    tape.answered(channel, result(1))
    tape.told(1, "call")
    called(tape, 2, comment=True, error="no JSON")
    assert tape.outcome("h26-client-ignores-sse-comments", NEW) is UNTESTED


# Sessions


def test_a_get_is_nothing_of_this_revision(tape):
    tape.sent(modern("tools/list", 1), mcp_method="tools/list")
    tape.answered(tape.sent(method="GET"), status=405)
    assert tape.outcome("h26-client-no-session-traffic", NEW) is VIOLATED


def test_a_client_that_was_refused_may_look_for_an_older_server(tape):
    tape.answered(tape.sent(modern("tools/list", 1), mcp_method="tools/list"), status=404)
    tape.answered(tape.sent(method="GET"), status=405)
    assert tape.outcome("h26-client-no-session-traffic", NEW) is not VIOLATED


def test_a_client_that_has_sent_initialize_may_too(tape):
    tape.sent(modern("tools/list", 1), mcp_method="tools/list")
    tape.sent(request("initialize", 2))
    tape.sent(method="DELETE", mcp_session_id="one")
    assert tape.outcome("h26-client-no-session-traffic", NEW) is not VIOLATED


def test_a_document_beside_the_endpoint_is_fetched_by_get(tape):
    tape.sent(modern("tools/list", 1), mcp_method="tools/list")
    tape.sent(method="GET", path="/.well-known/oauth-protected-resource")
    assert tape.outcome("h26-client-no-session-traffic", NEW) is PASSED


@pytest.mark.parametrize("name", ["mcp_session_id", "last_event_id"])
def test_the_headers_of_sessions_are_gone(tape, name):
    tape.sent(modern("tools/list", 1), mcp_method="tools/list", **{name: "x"})
    assert tape.outcome("h26-client-no-session-traffic", NEW) is VIOLATED
