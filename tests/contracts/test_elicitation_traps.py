"""What the specification permits must not be called a violation: how servers ask users."""

import pytest
from asking_tape import FORM, Conversation, asking

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

_, _, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED

# Elicitation


@pytest.mark.parametrize(
    ("revision", "params", "expected"),
    [
        (R2506, {"message": "?", "requestedSchema": {}}, PASSED),
        (R2511, {"message": "?", "requestedSchema": {}}, PASSED),
        (R2607, {"mode": "form", "message": "?", "requestedSchema": {}}, PASSED),
        (R2511, {"requestedSchema": {}}, VIOLATED),
        (R2511, {"message": "?"}, VIOLATED),
        (R2511, {"mode": "url", "message": "?", "url": "x", "elicitationId": "1"}, PASSED),
        (R2511, {"mode": "url", "message": "?", "url": "x"}, VIOLATED),
        (R2607, {"mode": "url", "message": "?", "url": "x"}, PASSED),
        (R2607, {"mode": "url", "message": "?"}, VIOLATED),
        (R2607, {"mode": "voice", "message": "?", "requestedSchema": {}}, VIOLATED),
    ],
)
def test_each_mode_has_its_members(revision, params, expected):
    tape = Conversation(revision).asked(FORM, params)
    assert tape.outcome("elicit-request-members") is expected


FIELDS: list[tuple[Revision, Json, Outcome, Outcome]] = [
    (R2506, {"type": "string", "pattern": "^a"}, PASSED, UNTESTED),
    (R2506, {"type": "integer", "default": 2.5}, PASSED, UNTESTED),
    (R2511, {"type": "string", "format": "date"}, PASSED, UNTESTED),
    (R2511, {"type": "string", "format": "phone"}, VIOLATED, UNTESTED),
    (R2511, {"type": "object", "properties": {}}, VIOLATED, UNTESTED),
    (R2511, {"type": "array", "items": {"type": "object"}}, VIOLATED, UNTESTED),
    (R2511, {"$ref": "#/$defs/a"}, VIOLATED, UNTESTED),
    (R2511, {"anyOf": [{"type": "string"}, {"type": "null"}]}, VIOLATED, UNTESTED),
    (R2506, {"type": "string", "enum": ["a"], "enumNames": ["A"]}, PASSED, PASSED),
    (R2607, {"type": "string", "enum": ["a"], "enumNames": ["A"]}, PASSED, PASSED),
    (R2511, {"type": "string", "oneOf": [{"const": "a", "title": "A"}]}, PASSED, PASSED),
    (R2506, {"type": "string", "oneOf": [{"const": "a", "title": "A"}]}, PASSED, UNTESTED),
    (R2511, {"type": "integer", "enum": [1, 2]}, PASSED, UNTESTED),
    (R2511, {"enum": ["a"]}, PASSED, VIOLATED),
    (R2511, {"type": "array", "items": {"type": "string", "enum": ["a"]}}, PASSED, PASSED),
    (R2506, {"type": "array", "items": {"type": "string", "enum": ["a"]}}, PASSED, VIOLATED),
    (R2511, {"type": "array", "items": {"enum": ["a"]}}, PASSED, VIOLATED),
]


@pytest.mark.parametrize(("revision", "field", "flat", "choice"), FIELDS)
def test_fields_and_choices_are_judged_by_the_schema_of_the_revision(revision, field, flat, choice):
    tape = Conversation(revision).form(a=field)
    assert tape.outcome("elicit-schema-flat") is flat
    assert tape.outcome("elicit-schema-enum-forms") is choice


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ({"type": "integer", "default": 2.5}, PASSED),
        ({"type": "integer", "default": "2"}, VIOLATED),
        ({"type": "boolean", "default": False}, PASSED),
        ({"type": "string", "default": None}, VIOLATED),
        ({"type": "array", "items": {"type": "string", "enum": ["a"]}, "default": ["b"]}, PASSED),
        ({"type": "array", "items": {"type": "string", "enum": ["a"]}, "default": "a"}, VIOLATED),
        ({"type": "object", "default": {}}, UNTESTED),  # the field itself is wrong already
        ({"type": "string"}, UNTESTED),
    ],
)
def test_a_default_is_of_its_fields_type(field, expected):
    assert Conversation().form(a=field).outcome("elicit-schema-defaults") is expected


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("password", {"type": "string"}, VIOLATED),
        ("newPassword", {"type": "string"}, VIOLATED),
        ("OPENAI_API_KEY", {"type": "string"}, VIOLATED),
        ("a", {"type": "string", "title": "Access token"}, VIOLATED),
        ("cvv", {"type": "integer"}, VIOLATED),
        ("name", {"type": "string"}, PASSED),
        ("email", {"type": "string", "format": "email"}, PASSED),
        ("passwordHint", {"type": "string"}, PASSED),
        ("max_tokens", {"type": "integer"}, PASSED),
        ("api_key_name", {"type": "string"}, PASSED),
        ("library_card_number", {"type": "string"}, PASSED),
        ("reset_password", {"type": "boolean"}, UNTESTED),
        ("password", {"type": "string", "enum": ["keep", "reset"]}, UNTESTED),
    ],
)
def test_only_a_field_for_a_secret_itself_asks_for_one(name, field, expected):
    assert Conversation().form(**{name: field}).outcome("elicit-form-no-secrets") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Your site, such as https://example.com", PASSED),
        ("The URL (http:// or https://)", PASSED),
        ("Visit https://example.com first", VIOLATED),
        ("See [the terms](https://example.com)", VIOLATED),
        ('<a href="https://example.com">terms</a>', VIOLATED),
    ],
)
def test_a_url_that_shows_how_a_value_looks_is_no_link(text, expected):
    assert Conversation().form(text).outcome("elicit-form-no-links") is expected
    field = {"type": "string", "description": text}
    assert Conversation().form(a=field).outcome("elicit-form-no-links") is expected


@pytest.mark.parametrize(
    ("url", "valid", "https"),
    [
        ("https://example.com/a?b=c#d", PASSED, PASSED),
        ("https://exämple.com/ü", PASSED, PASSED),
        ("http://example.com/", PASSED, VIOLATED),
        ("http://8.8.8.8/", PASSED, VIOLATED),
        ("http://localhost:3000/", PASSED, UNTESTED),
        ("http://127.0.0.1/", PASSED, UNTESTED),
        ("http://[::1]:8080/", PASSED, UNTESTED),
        ("http://192.168.1.2/", PASSED, UNTESTED),
        ("http://build.internal/", PASSED, UNTESTED),
        ("http://devbox/", PASSED, UNTESTED),
        ("app://open", PASSED, UNTESTED),
        ("/connect", VIOLATED, UNTESTED),
        ("https://", VIOLATED, UNTESTED),
        ("http://[::1", VIOLATED, UNTESTED),
        ("", VIOLATED, UNTESTED),
    ],
)
def test_a_url_is_absolute_and_development_needs_no_tls(url, valid, https):
    tape = Conversation().asked(FORM, {"mode": "url", "url": url})
    assert tape.outcome("elicit-url-valid") is valid
    assert tape.outcome("elicit-url-https") is https


def test_a_completion_may_overtake_its_question():
    tape = Conversation()
    tape.told("notifications/elicitation/complete", {"elicitationId": "1"})
    assert tape.outcome("elicit-complete-notification") is VIOLATED
    tape.asked(FORM, {"mode": "url", "elicitationId": "1"})
    assert tape.outcome("elicit-complete-notification") is PASSED


@pytest.mark.parametrize("given", [{}, {"elicitationId": 1}, {"elicitationId": {}}])
def test_a_completion_without_an_id_is_of_no_question(given):
    tape = Conversation().told("notifications/elicitation/complete", given)
    assert tape.outcome("elicit-complete-notification") is VIOLATED


def test_a_completion_is_told_to_the_client_that_was_asked():
    tape = Conversation()
    tape.open("other")
    tape.asked(FORM, {"mode": "url", "elicitationId": "1"})
    tape.told("notifications/elicitation/complete", {"elicitationId": "1"}, session="other")
    assert tape.outcome("elicit-complete-notification") is VIOLATED


def test_an_id_in_an_error_is_as_good_as_one_in_a_question():
    listed = {"mode": "url", "message": "?", "url": "https://a.b/", "elicitationId": "1"}
    error = {"code": -32042, "message": "no", "data": {"elicitations": [listed]}}
    tape = Conversation()
    tape.call("tools/call", {"name": "t"}, error=error)
    tape.told("notifications/elicitation/complete", {"elicitationId": "1"})
    assert tape.outcome("elicit-32042-shape") is PASSED
    assert tape.outcome("elicit-complete-notification") is PASSED


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"elicitations": []},
        {"elicitations": [{"mode": "url", "message": "?", "url": "https://a.b/"}]},
        {"elicitations": [{"mode": "form", "message": "?", "requestedSchema": {}}]},
    ],
)
def test_an_error_that_asks_for_elicitation_says_for_which(data):
    tape = Conversation()
    error = {"code": -32042, "message": "no", **({} if data is None else {"data": data})}
    tape.call("tools/call", {"name": "t"}, error=error)
    assert tape.outcome("elicit-32042-shape") is VIOLATED


# Answers


def answered(
    case: str, content: Json, result: Json, tape: Conversation | None = None
) -> Conversation:
    """A call that asked by a form, was answered so, and ended so; `None` for a silence."""
    tape = tape or Conversation()
    probe, frame = f"user-answers/{case}/0", {"jsonrpc": "2.0", "id": f"{case}-ask"}
    number = tape.call("tools/call", {"name": "t"}, probe=probe)
    tape.say(Sender.SERVER, {**frame, **asking(FORM, {})})
    tape.say(Sender.CLIENT, {**frame, "result": content}, probe=f"user-answers/said-{case}/0")
    if result is None:
        data = {"id": number, "why": "no answer", "alive": True}
        tape.add(EventKind.SILENCE, Sender.CLIENT, data=data)
    else:
        tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, **result})
    return tape


def text(value: str, **more: Json) -> dict[str, Json]:
    return {"result": {"content": [{"type": "text", "text": value}], **more}}


GOOD: Json = {"action": "accept", "content": {"name": "example"}}
BAD: Json = {"action": "accept", "content": {"name": 471100}}
NO: Json = {"action": "decline"}


@pytest.mark.parametrize(
    ("bad", "declined", "expected"),
    [
        (text("hello 471100"), text("bye"), VIOLATED),
        (text("booked"), text("bye"), UNTESTED),
        (text("hello 471100", isError=True), text("bye"), PASSED),
        ({"error": {"code": -32602, "message": "no"}}, text("bye"), PASSED),
        (text("bye"), text("bye"), PASSED),
        (text("That is no name."), text("bye"), UNTESTED),
        (None, text("bye"), UNTESTED),
    ],
)
def test_a_wrong_form_is_taken_only_if_it_is_answered_as_a_right_one(bad, declined, expected):
    tape = answered("good", GOOD, text("hello example"))
    answered("bad", BAD, bad, answered("decline", NO, declined, tape))
    assert tape.outcome("elicit-server-validates-content") is expected


def test_a_form_that_changes_nothing_tells_nothing_where_a_refusal_does_not_either():
    tape = answered("good", GOOD, text("done"))
    answered("bad", BAD, text("done"), answered("decline", NO, text("done"), tape))
    assert tape.outcome("elicit-server-validates-content") is UNTESTED


@pytest.mark.parametrize(
    ("good", "declined", "expected"),
    [
        (text("hello"), text("hello"), PASSED),
        (text("hello"), text("no", isError=True), PASSED),
        (text("hello"), {"error": {"code": -32603, "message": "no"}}, PASSED),
        (text("hello"), None, VIOLATED),
        (None, None, UNTESTED),
    ],
)
def test_however_a_call_ends_after_a_refusal_it_ends(good, declined, expected):
    tape = answered("decline", NO, declined, answered("good", GOOD, good))
    assert tape.outcome("elicit-server-handles-refusal") is expected


def test_a_call_that_never_asked_was_not_refused():
    tape = Conversation()
    tape.call("tools/call", {"name": "t"}, probe="user-answers/decline/0", **text("hello"))
    assert tape.outcome("elicit-server-handles-refusal") is UNTESTED
