"""What the specification permits must not be called a violation: versions, eras, metadata."""

from typing import Any

import pytest
from handshake_tape import MODERN, HandshakeTape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_CLIENT_INFO, META_VERSION
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
R2607 = Revision.R2026_07_28
LIST: dict[str, Any] = {"do": "list", "what": "tools"}
RECONNECT: dict[str, Any] = {"do": "reconnect"}
FALLS_BACK = "client-fallback-on-legacy-answer"
NOT_KEYED = "client-fallback-not-code-keyed"
STAYS = "client-no-fallback-on-modern-error"
RETRIES = "version-client-retries-supported"
PROBES = "client-stdio-discover-probe"
ON_EVERY = (
    "meta-version-on-every-request",
    "meta-capabilities-on-every-request",
    "meta-client-info-on-every-request",
)


def fallen_back(code: int, transport: str = "stdio") -> HandshakeTape:
    """A client of both eras, on its first connection."""
    tape = HandshakeTape(transport)
    own = {"session": "one"} if transport == "stdio" else {}
    tape.modern(own=own)
    tape.refuse(code)
    tape.shake(session="one")
    tape.told(LIST)
    return tape


def again(tape: HandshakeTape, code: int = 0, status: int = 400) -> HandshakeTape:
    """It connects anew, and gets no further."""
    stdio = tape.transcript.header.transport == "stdio"
    tape.modern(own={"session": "two"} if stdio else {})
    if code:
        tape.refuse(code, status)
    elif not stdio:
        tape.answer(status)
    tape.told(RECONNECT, error="no")
    return tape


@pytest.mark.parametrize("code", [-32601, -32602, -32000])
def test_a_client_of_one_era_does_not_fall_back(code):
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(code)
    tape.told(LIST, error="no")
    tape.end()
    for rule_id in (FALLS_BACK, NOT_KEYED, PROBES):
        assert tape.outcome(rule_id, R2607) is UNTESTED


@pytest.mark.parametrize(("first", "second"), [(-32601, -32602), (-32602, -32601)])
def test_one_code_is_not_enough(first, second):
    tape = again(fallen_back(first), second).end()
    assert tape.outcome(NOT_KEYED, R2607) is VIOLATED
    assert tape.outcome(FALLS_BACK, R2607) is UNTESTED


def test_silence_is_an_answer_of_an_earlier_server():
    tape = again(fallen_back(-32601)).end()
    assert tape.outcome(FALLS_BACK, R2607) is VIOLATED
    assert tape.outcome(NOT_KEYED, R2607) is PASSED


@pytest.mark.parametrize(
    ("status", "outcome"), [(400, VIOLATED), (401, PASSED), (503, PASSED), (404, PASSED)]
)
def test_an_empty_400_is_an_answer_of_an_earlier_server(status, outcome):
    tape = again(fallen_back(-32601, "http"), status=status).end()
    assert tape.outcome(FALLS_BACK, R2607) is outcome


def test_who_was_ended_may_have_been_about_to_fall_back():
    tape = again(fallen_back(-32601)).end("terminated")
    assert tape.outcome(FALLS_BACK, R2607) is UNTESTED


def test_a_client_may_try_again_before_it_falls_back():
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(-32602)
    tape.modern()
    tape.refuse(-32602)
    tape.shake()
    assert tape.end().outcome(NOT_KEYED, R2607) is PASSED


def test_a_client_may_fall_back_in_another_process():
    tape = again(fallen_back(-32601), -32602)
    tape.shake(session="three")
    tape.told(LIST)
    assert tape.end().outcome(NOT_KEYED, R2607) is PASSED


def test_a_client_may_remember_the_era_of_its_server():
    tape = fallen_back(-32601)
    tape.shake(session="two")
    tape.told(RECONNECT)
    tape.end()
    assert tape.outcome(NOT_KEYED, R2607) is PASSED
    assert tape.outcome(PROBES, R2607) is PASSED


def test_a_modern_server_has_errors_too():
    tape = fallen_back(-32601)
    tape.modern(own={"session": "two"})
    tape.answer(result={"resultType": "complete"})
    tape.modern("tools/call", own={"session": "two"})
    tape.refuse(-32602)
    tape.told(RECONNECT)
    assert tape.end().outcome(NOT_KEYED, R2607) is UNTESTED


def test_a_client_of_both_eras_probes_before_it_asks():
    tape = HandshakeTape()
    tape.modern("tools/list")
    tape.refuse(-32601)
    tape.shake()
    assert tape.outcome(PROBES, R2607) is VIOLATED


def test_a_client_of_both_eras_probes_before_it_shakes_hands():
    tape = HandshakeTape()
    tape.ask("initialize", {})
    tape.refuse(-32601)
    tape.modern("tools/list")
    assert tape.outcome(PROBES, R2607) is VIOLATED


def test_a_server_with_modern_errors_is_no_earlier_server():
    tape = fallen_back(-32601)
    tape.modern(own={"session": "two"})
    tape.refuse(-32022, data={"supported": ["2026-07-28"]})
    again(tape, -32602).end()
    assert tape.outcome(NOT_KEYED, R2607) is PASSED


NEXT = {"supported": ["2026-07-28"]}


@pytest.mark.parametrize(("code", "data"), [(-32020, None), (-32021, None), (-32022, NEXT)])
def test_a_modern_error_is_no_sign_of_an_earlier_server(code, data):
    tape = HandshakeTape("http")
    tape.modern()
    tape.refuse(code, data=data)
    assert tape.outcome(STAYS, R2607) is PASSED
    tape.shake(session="one")
    tape.end()
    assert tape.outcome(STAYS, R2607) is VIOLATED
    assert tape.outcome(FALLS_BACK, R2607) is UNTESTED


@pytest.mark.parametrize(("code", "data"), [(-32020, None), (-32021, None), (-32022, None)])
def test_what_no_page_calls_modern_over_stdio_is_not_judged(code, data):
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(code, data=data)
    tape.shake()
    tape.end()
    assert tape.outcome(STAYS, R2607) is UNTESTED
    assert tape.outcome(NOT_KEYED, R2607) is UNTESTED


def test_a_server_may_name_an_earlier_version():
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(-32022, data={"supported": ["2025-11-25"], "requested": "2026-07-28"})
    tape.shake()
    tape.told(LIST)
    tape.end()
    assert tape.outcome(STAYS, R2607) is UNTESTED
    assert tape.outcome(RETRIES, R2607) is PASSED


def test_a_fallback_may_follow_another_answer():
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(-32022, data={"supported": ["2026-07-28"]})
    tape.modern("tools/list")
    tape.refuse(-32601)
    tape.shake()
    assert tape.outcome(STAYS, R2607) is UNTESTED


def test_another_connection_is_another_try():
    tape = HandshakeTape()
    tape.modern(own={"session": "one"})
    tape.refuse(-32022, data={"supported": ["2026-07-28"]})
    tape.told(LIST, error="no")
    tape.shake(session="two")
    tape.told(RECONNECT)
    assert tape.outcome(STAYS, R2607) is PASSED


@pytest.mark.parametrize(
    ("error", "heard", "outcome"),
    [("no", True, PASSED), ("", True, VIOLATED), ("", False, UNTESTED)],
)
def test_a_refused_version_is_told_of(error, heard, outcome):
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(-32022, data={"supported": ["2999-12-31"]})
    if heard:
        tape.told(LIST, error=error)
    assert tape.end().outcome(RETRIES, R2607) is outcome


def test_the_same_version_may_be_tried_where_it_is_named():
    tape = HandshakeTape()
    tape.modern()
    tape.refuse(-32022, data={"supported": ["2026-07-28"]})
    tape.modern()
    tape.told(LIST)
    assert tape.end().outcome(RETRIES, R2607) is PASSED


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_what_follows_a_handshake_is_of_an_earlier_revision(transport):
    tape = HandshakeTape(transport)
    tape.modern()
    tape.refuse(-32601)
    tape.shake(session="s")
    own = {} if transport == "http" else {"session": "s"}
    for method in ("ping", "tools/list", "resources/subscribe", "logging/setLevel"):
        tape.ask(method, **own)
    tape.tell("notifications/initialized", **own)
    for rule_id in (*ON_EVERY, "client-no-removed-methods"):
        assert tape.outcome(rule_id, R2607) is PASSED


def test_an_earlier_server_may_refuse_the_handshake_too():
    tape = HandshakeTape("http")
    tape.modern()
    tape.refuse(-32601)
    tape.ask("initialize", {})
    tape.refuse(-32600)
    tape.ask("ping")
    for rule_id in (*ON_EVERY, "client-no-removed-methods"):
        assert tape.outcome(rule_id, R2607) is PASSED


@pytest.mark.parametrize("method", ["ping", "initialize", "resources/subscribe"])
def test_a_removed_method_that_claims_the_revision_is_found(method):
    tape = HandshakeTape()
    tape.modern(method)
    assert tape.outcome("client-no-removed-methods", R2607) is VIOLATED


def test_notifications_carry_no_metadata():
    tape = HandshakeTape()
    tape.modern("tools/list")
    tape.tell("notifications/cancelled", {"requestId": 1})
    for rule_id in (*ON_EVERY, "client-no-removed-methods"):
        assert tape.outcome(rule_id, R2607) is PASSED


@pytest.mark.parametrize(
    ("member", "value"),
    [(META_VERSION, 1), (META_CAPABILITIES, []), (META_CLIENT_INFO, "x")],
)
def test_metadata_of_another_type_is_as_good_as_none(member, value):
    tape = HandshakeTape()
    tape.modern(meta={**MODERN, member: value})
    found = [rule_id for rule_id in ON_EVERY if tape.outcome(rule_id, R2607) is VIOLATED]
    assert len(found) == 1


CALL: dict[str, Any] = {"do": "call", "tool": "t"}
OTHER: dict[str, Any] = {"do": "call", "tool": "other"}


def answered(tape: HandshakeTape, wish: Any, meta: Any = None, error: str = "") -> None:
    tape.modern("tools/call", name=wish["tool"])
    more = {"_meta": meta} if meta else {}
    tape.answer(result={"resultType": "complete", "content": [], **more})
    tape.told(wish, error=error)


@pytest.mark.parametrize(
    ("plain", "keys", "outcome"),
    [
        (CALL, {"com.example/x": 1}, VIOLATED),
        (OTHER, {"com.example/x": 1}, UNTESTED),
        (CALL, {"io.modelcontextprotocol/serverInfo": {}}, UNTESTED),
    ],
)
def test_the_key_must_be_the_only_difference(plain, keys, outcome):
    tape = HandshakeTape()
    answered(tape, plain)
    answered(tape, CALL, keys, error="what is this")
    assert tape.end().outcome("meta-unknown-keys-tolerated", R2607) is outcome


def test_a_call_that_always_fails_does_not_fail_for_the_key():
    tape = HandshakeTape()
    answered(tape, CALL, error="I cannot read this")
    answered(tape, CALL, {"com.example/x": 1}, error="I cannot read this")
    assert tape.end().outcome("meta-unknown-keys-tolerated", R2607) is UNTESTED


@pytest.mark.parametrize(
    ("extensions", "outcome"),
    [({}, VIOLATED), ({"io.modelcontextprotocol/ui": {}}, UNTESTED)],
)
def test_an_official_extension_has_keys_of_its_own(extensions, outcome):
    tape = HandshakeTape()
    meta = {**MODERN, META_CAPABILITIES: {"extensions": extensions}}
    tape.modern("tools/list", meta={**meta, "io.modelcontextprotocol/uiThing": 1})
    assert tape.outcome("meta-reserved-prefix", R2607) is outcome


@pytest.mark.parametrize(
    ("server", "method", "outcome"),
    [
        ({}, "tools/call", PASSED),
        ({}, "tasks/get", VIOLATED),
        ({"io.modelcontextprotocol/tasks": {}}, "tasks/get", UNTESTED),
        (None, "tasks/get", UNTESTED),
    ],
)
def test_an_extension_takes_both_sides(server, method, outcome):
    tape = HandshakeTape()
    declared = {"extensions": {"io.modelcontextprotocol/tasks": {}}}
    meta = {**MODERN, META_CAPABILITIES: declared}
    if server is not None:
        tape.modern(meta=meta)
        tape.answer(result={"capabilities": {"extensions": server}})
    tape.modern(method, meta=meta)
    assert tape.outcome("extension-fallback", R2607) is outcome


def test_a_server_speaks_of_its_own_keys():
    tape = HandshakeTape()
    tape.modern("tools/list")
    tape.say(
        Sender.SERVER,
        {"jsonrpc": "2.0", "id": 1, "result": {"tools": [], "_meta": {"example.com/x": 1}}},
    )
    assert tape.outcome("meta-reverse-dns", R2607) is UNTESTED
