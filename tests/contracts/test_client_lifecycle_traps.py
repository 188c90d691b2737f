"""What the specification permits must not be called a violation: handshakes and pings."""

from typing import Any

import pytest
from handshake_tape import INFO, MODERN, HandshakeTape

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
R2411, R2506, R2511 = Revision.R2024_11_05, Revision.R2025_06_18, Revision.R2025_11_25
INITIALIZED = "notifications/initialized"
UNKNOWN = "1900-01-01"


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("method", ["server/discover", "tools/list"])
def test_a_request_of_the_other_era_may_come_first(transport, method):
    tape = HandshakeTape(transport)
    tape.modern(method)
    tape.refuse(-32601)
    tape.shake(session="s")
    tape.tell(INITIALIZED)
    tape.end()
    for rule_id in ("init-first-message", "init-client-quiet-before-result"):
        assert tape.outcome(rule_id, R2511) is PASSED
    assert tape.outcome("negotiated-version-respected", R2511) is not VIOLATED


def test_a_ping_may_come_first():
    tape = HandshakeTape()
    tape.ask("ping")
    tape.shake()
    assert tape.outcome("init-first-message", R2511) is PASSED


def test_each_process_has_a_first_message():
    tape = HandshakeTape()
    tape.shake(session="one")
    tape.ask("tools/list", session="two")
    assert tape.outcome("init-first-message", R2511) is VIOLATED


def test_over_http_later_messages_need_no_handshake_of_their_own():
    tape = HandshakeTape("http")
    tape.shake(session="session-1")
    tape.ask("tools/list", session="http")
    assert tape.outcome("init-first-message", R2511) is PASSED


@pytest.mark.parametrize(
    ("version", "outcome"),
    [
        ("2025-03-26", PASSED),
        ("2027-03-01", UNTESTED),
        ("DRAFT-2026-v1", UNTESTED),
        ("2025-01-01", VIOLATED),
        ("1.0", VIOLATED),
        (20251125, VIOLATED),
    ],
)
def test_a_version_may_be_one_that_is_not_known_here(version, outcome):
    tape = HandshakeTape()
    tape.shake(version, "2025-11-25")
    assert tape.outcome("init-client-version-published", R2511) is outcome


@pytest.mark.parametrize(
    ("params", "outcome"),
    [
        ({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": INFO}, PASSED),
        ({"protocolVersion": "2025-11-25", "capabilities": [], "clientInfo": INFO}, VIOLATED),
        ({"protocolVersion": "x", "capabilities": {}, "clientInfo": {"name": "x"}}, VIOLATED),
        ({"capabilities": {}, "clientInfo": INFO}, VIOLATED),
    ],
)
def test_the_members_of_a_handshake(params, outcome):
    tape = HandshakeTape()
    tape.ask("initialize", params)
    assert tape.outcome("init-request-members", R2511) is outcome


def with_answer(version: str, offered: str = "2025-06-18") -> HandshakeTape:
    tape = HandshakeTape()
    tape.shake(offered, version)
    return tape


def test_a_client_that_ends_has_disconnected():
    assert (
        with_answer(UNKNOWN).end().outcome("init-client-disconnects-unsupported", R2506) is PASSED
    )


def test_a_client_that_was_ended_shows_nothing():
    tape = with_answer(UNKNOWN).end("terminated")
    assert tape.outcome("init-client-disconnects-unsupported", R2506) is UNTESTED


def test_another_handshake_is_no_going_on():
    tape = with_answer(UNKNOWN)
    tape.shake("2025-03-26", session="another")
    tape.ask("tools/list", session="another")
    assert tape.end().outcome("init-client-disconnects-unsupported", R2506) is PASSED


@pytest.mark.parametrize("method", [INITIALIZED, "tools/list"])
def test_a_client_that_goes_on_is_found(method):
    tape = with_answer(UNKNOWN)
    tape.tell(method) if method == INITIALIZED else tape.ask(method)
    assert tape.end().outcome("init-client-disconnects-unsupported", R2506) is VIOLATED


def test_a_version_after_the_last_known_one_may_be_supported():
    tape = with_answer("2027-03-01")
    tape.tell(INITIALIZED)
    assert tape.end().outcome("init-client-disconnects-unsupported", R2506) is UNTESTED


def test_an_older_version_may_be_taken():
    tape = with_answer("2025-03-26")
    tape.tell(INITIALIZED)
    tape.end()
    assert tape.outcome("init-client-latest-version", R2506) is UNTESTED
    assert tape.outcome("init-client-disconnects-unsupported", R2506) is UNTESTED


def test_who_takes_a_newer_version_should_have_offered_it():
    tape = with_answer("2025-11-25")
    tape.tell(INITIALIZED)
    assert tape.end().outcome("init-client-latest-version", R2506) is VIOLATED
    assert with_answer("2025-11-25").end().outcome("init-client-latest-version", R2506) is PASSED


def test_the_notification_may_cross_a_request():
    tape = HandshakeTape("http")
    tape.shake(session="session-1")
    tape.ask("tools/list", session="session-1")
    tape.tell(INITIALIZED, channel="post-9")
    tape.answer(result={"tools": []})
    assert tape.end().outcome("init-initialized-notification", R2511) is PASSED


def test_a_notification_after_the_first_answer_is_late():
    tape = HandshakeTape()
    tape.shake()
    tape.ask("tools/list")
    tape.answer(result={"tools": []})
    tape.tell(INITIALIZED)
    assert tape.end().outcome("init-initialized-notification", R2511) is VIOLATED


def test_a_session_that_is_not_used_needs_no_notification():
    tape = HandshakeTape()
    tape.shake()
    tape.ask("ping")
    assert tape.end().outcome("init-initialized-notification", R2511) is UNTESTED


@pytest.mark.parametrize(("told", "outcome"), [(True, PASSED), (False, VIOLATED)])
def test_a_server_may_have_no_sessions(told, outcome):
    tape = HandshakeTape("http")
    tape.shake(session="session-1")
    if told:
        tape.tell(INITIALIZED, session="http", channel="post-8")
    tape.ask("tools/list")
    tape.answer(result={"tools": []})
    assert tape.end().outcome("init-initialized-notification", R2511) is outcome


def test_another_session_may_be_used_during_a_handshake():
    tape = HandshakeTape("http")
    tape.shake(session="session-1")
    tape.ask("initialize", {}, session="session-2")
    tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": 70, "method": "tools/list"}, session="http")
    tape.answer(result={"protocolVersion": "2025-11-25"})
    assert tape.outcome("init-client-quiet-before-result", R2511) is PASSED


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        ({"method": "ping", "id": 70}, PASSED),
        ({"method": "tools/list", "id": 70, "params": {"_meta": MODERN}}, PASSED),
        ({"method": "notifications/cancelled", "params": {"requestId": 1}}, PASSED),
        ({"method": "tools/list", "id": 70}, VIOLATED),
    ],
)
def test_what_may_be_said_during_a_handshake(request_, outcome):
    tape = HandshakeTape()
    tape.ask("initialize", {})
    tape.say(Sender.CLIENT, {"jsonrpc": "2.0", **request_})
    tape.answer(result={"protocolVersion": "2025-11-25"})
    assert tape.outcome("init-client-quiet-before-result", R2511) is outcome


@pytest.mark.parametrize(
    ("method", "revision", "server", "outcome"),
    [
        ("prompts/list", R2511, {"prompts": {}}, PASSED),
        ("prompts/list", R2511, {"tools": {}}, VIOLATED),
        ("resources/subscribe", R2511, {"resources": {"subscribe": True}}, PASSED),
        ("resources/subscribe", R2511, {"resources": {}}, VIOLATED),
        ("completion/complete", R2511, {}, VIOLATED),
        ("completion/complete", R2411, {}, UNTESTED),
        ("ping", R2511, {}, UNTESTED),
        ("com.example/own", R2511, {}, UNTESTED),
    ],
)
def test_what_takes_a_capability(method, revision, server, outcome):
    tape = HandshakeTape()
    tape.shake(str(revision), server=server)
    tape.ask(method)
    assert tape.outcome("client-uses-only-negotiated", revision) is outcome


def pinged(reply: Any, later: float = 0.0) -> HandshakeTape:
    tape = HandshakeTape()
    tape.shake()
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": "p", "method": "ping"}, at=1.0)
    if reply is not None:
        tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": "p", **reply}, at=1.1)
    if later:
        call = {"jsonrpc": "2.0", "id": "c", "method": "tools/call", "params": {"name": "t"}}
        tape.say(Sender.CLIENT, call, at=later)
        tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": "c", "result": {"content": []}}, at=later)
        tape.ask("tools/list", at=later)
    return tape.end()


@pytest.mark.parametrize(
    ("reply", "later", "outcome"),
    [
        ({"result": {}}, 0.0, PASSED),
        ({"result": {"_meta": {"com.example/x": 1}}}, 0.0, PASSED),
        ({"result": {"pong": True}}, 0.0, VIOLATED),
        ({"error": {"code": -32601, "message": "no"}}, 0.0, VIOLATED),
        (None, 0.0, UNTESTED),
        (None, 2.5, UNTESTED),
        (None, 3.5, VIOLATED),
    ],
)
def test_what_answers_a_ping(reply, later, outcome):
    assert pinged(reply, later).outcome("ping-client-answers-empty", R2511) is outcome
