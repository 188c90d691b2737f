"""What the specification permits must not be called a violation: what servers ask of clients."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

_, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO = {"name": "x", "version": "1"}
SAMPLING, FORM = "sampling/createMessage", "elicitation/create"
TEXT = {"type": "text", "text": "hello"}
USE = {"type": "tool_use", "id": "1", "name": "t", "input": {}}
RESULT = {"type": "tool_result", "toolUseId": "1", "content": []}
ALL = {"sampling": {}, "roots": {}, "elicitation": {"form": {}, "url": {}}}
TASKS = "io.modelcontextprotocol/tasks"


class Conversation(Tape):
    """What a server asks a client that has declared this: by requests, or in rounds."""

    def __init__(self, revision: Revision = R2511, declared: Json = ALL) -> None:
        super().__init__()
        self.revision, self.declared = revision, declared
        self._numbers = itertools.count(1)
        if revision is not R2607:
            self.open("s")

    def open(self, session: str) -> None:
        version = {"protocolVersion": str(self.revision), "capabilities": self.declared}
        answer = {**version, "capabilities": {}, "serverInfo": INFO}
        self.call("initialize", {**version, "clientInfo": INFO}, session=session, result=answer)

    def call(
        self, method: str, params: Json = None, *, probe: str = "", session: str = "s", **reply: Any
    ) -> int:
        number = next(self._numbers)
        frame = {"jsonrpc": "2.0", "id": number}
        given = dict(params) if isinstance(params, dict) else {}
        if self.revision is R2607:
            meta = {META_VERSION: str(R2607), META_CAPABILITIES: self.declared}
            given = {**given, "_meta": {**meta, **given.get("_meta", {})}}
        request = {**frame, "method": method, "params": given}
        self.say(Sender.CLIENT, request, probe=probe, session=session)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply}, session=session)
        return number

    def asked(self, method: str, params: Json, session: str = "s") -> "Conversation":
        if self.revision is R2607:
            asked = {
                "resultType": "input_required",
                "inputRequests": {"k": _request(method, params)},
            }
            self.call("tools/call", {"name": "t"}, session=session, result=asked)
        else:
            frame = {"jsonrpc": "2.0", "id": f"s-{next(self._numbers)}"}
            self.say(Sender.SERVER, {**frame, **_request(method, params)}, session=session)
        return self

    def form(self, message: str = "?", **properties: Json) -> "Conversation":
        schema = {"type": "object", "properties": properties}
        return self.asked(FORM, {"message": message, "requestedSchema": schema})

    def told(self, method: str, params: Json, session: str = "s") -> "Conversation":
        frame = {"jsonrpc": "2.0", "method": method, "params": params}
        self.say(Sender.SERVER, frame, session=session)
        return self

    def declaring(self, declared: Json) -> Json:
        return {"name": "t", "_meta": {META_CAPABILITIES: declared}}

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)


def _request(method: str, params: Json) -> dict[str, Json]:
    return {"method": method, "params": params}


def sampled(*messages: Json, **more: Json) -> dict[str, Json]:
    return {"messages": list(messages), "maxTokens": 1, **more}


def said(role: str, content: Json) -> Json:
    return {"role": role, "content": content}


# Capabilities


@pytest.mark.parametrize("revision", [R2511, R2607])
@pytest.mark.parametrize(
    ("declared", "mode", "expected"),
    [
        ({"elicitation": {}}, None, UNTESTED),
        ({"elicitation": {}}, "form", UNTESTED),
        ({"elicitation": {}}, "url", VIOLATED),
        ({"elicitation": {"form": {}}}, "url", VIOLATED),
        ({"elicitation": {"url": {}}}, None, VIOLATED),
        ({"elicitation": {"url": {}}}, "url", UNTESTED),
        ({"elicitation": {"form": {}, "url": {}}}, "url", UNTESTED),
        ({}, "url", UNTESTED),
    ],
)
def test_an_empty_elicitation_capability_means_forms(revision, declared, mode, expected):
    params = {} if mode is None else {"mode": mode}
    tape = Conversation(revision, declared).asked(FORM, params)
    assert tape.outcome("elicit-server-mode-declared") is expected


def test_modes_are_no_matter_where_the_revision_has_none():
    tape = Conversation(R2506, {"elicitation": {}}).asked(FORM, {"message": "?"})
    assert tape.outcome("elicit-server-only-if-declared") is UNTESTED
    tape = Conversation(R2506, {}).asked(FORM, {"message": "?"})
    assert tape.outcome("elicit-server-only-if-declared") is VIOLATED


@pytest.mark.parametrize(
    ("rule_id", "method"),
    [
        ("sampling-server-only-if-declared", SAMPLING),
        ("roots-server-only-if-declared", "roots/list"),
        ("elicit-server-only-if-declared", FORM),
    ],
)
@pytest.mark.parametrize("revision", [R2511, R2607])
def test_each_capability_has_one_rule_and_no_other_names_it(revision, rule_id, method):
    tape = Conversation(revision, {}).asked(method, {})
    broken = [
        name
        for name in (
            "sampling-server-only-if-declared",
            "roots-server-only-if-declared",
            "elicit-server-only-if-declared",
            "elicit-server-mode-declared",
            "sampling-tools-only-if-declared",
            "sampling-include-context",
        )
        if tape.outcome(name) is VIOLATED
    ]
    assert broken == [rule_id]
    if revision is R2511:
        assert tape.outcome("server-uses-only-negotiated") is UNTESTED


def test_a_recording_that_begins_after_the_handshake_says_nothing_of_what_was_declared():
    tape = Tape()
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "method": "roots/list"})
    assert tape.outcome("roots-server-only-if-declared", R2511) is UNTESTED


def test_requests_are_no_questions_of_the_stateless_era_and_rounds_none_of_the_stateful():
    tape = Conversation(R2607, {})
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "method": "roots/list"})
    assert tape.outcome("roots-server-only-if-declared") is UNTESTED
    older = Conversation(R2511, {})
    asked = {"inputRequests": {"k": _request("roots/list", {})}, "content": []}
    older.call("tools/call", {"name": "t"}, result=asked)
    assert older.outcome("roots-server-only-if-declared") is UNTESTED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": {"code": -32021, "message": "no", "data": {}}}, PASSED),
        ({"error": {"code": -32602, "message": "no"}}, VIOLATED),
        ({"result": {"resultType": "complete", "content": [], "isError": True}}, VIOLATED),
        ({"result": {"resultType": "complete", "content": []}}, UNTESTED),
        ({"result": {"resultType": "input_required", "inputRequests": {"k": {}}}}, UNTESTED),
    ],
)
def test_a_server_may_do_without_what_was_not_declared(answer, expected):
    tape = Conversation(R2607)
    asked = {"resultType": "input_required", "inputRequests": {"k": _request("roots/list", {})}}
    tape.call("tools/call", tape.declaring({}), probe="undeclared/none-roots/0", **answer)
    assert tape.outcome("capability-missing-error") is UNTESTED  # as long as nothing shows a need
    tape.call("tools/call", {"name": "t"}, probe="undeclared/declared-roots/0", result=asked)
    assert tape.outcome("capability-missing-error") is expected


@pytest.mark.parametrize(
    ("bare", "later", "expected"),
    [(False, False, PASSED), (False, True, VIOLATED), (True, True, UNTESTED)],
)
def test_only_a_server_that_asks_newcomers_nothing_can_have_remembered(bare, later, expected):
    tape = Conversation(R2607)
    asked = {"resultType": "input_required", "inputRequests": {"k": _request("roots/list", {})}}
    refusal = {"error": {"code": -32021, "message": "no", "data": {}}}
    for name, asks in (("none", bare), ("declared", True), ("later", later)):
        params = tape.declaring(ALL if name == "declared" else {})
        reply = {"result": asked} if asks else refusal
        tape.call("tools/call", params, probe=f"undeclared/{name}-roots/0", **reply)
    assert tape.outcome("stateless-capabilities-not-remembered") is expected
    alone = tape.outcome("roots-server-only-if-declared")
    assert alone is (VIOLATED if bare else PASSED)


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ({"elicitation": {}}, PASSED),
        ({"elicitation": {"url": {}}}, PASSED),
        ({"extensions": {TASKS: {}}}, PASSED),
        ({"com.example/own": {}}, PASSED),
        ({}, VIOLATED),
        (["elicitation"], VIOLATED),
        (None, VIOLATED),
    ],
)
def test_missing_capabilities_are_named_as_they_would_be_declared(required, expected):
    error = {"code": -32021, "message": "no", "data": {"requiredCapabilities": required}}
    tape = Conversation(R2607, {})
    tape.call("tools/call", {"name": "t"}, error=error)
    assert tape.outcome("capability-missing-data") is expected


@pytest.mark.parametrize(
    ("ours", "kind", "expected"),
    [
        ({}, "complete", PASSED),
        ({}, "memo", VIOLATED),
        ({}, "task", UNTESTED),  # task26-only-if-declared speaks of it
        ({"extensions": {}}, "memo", VIOLATED),
        ({"extensions": {"com.example/memos": {}}}, "memo", UNTESTED),
    ],
)
def test_an_extension_of_both_sides_may_have_results_of_its_own(ours, kind, expected):
    tape = Conversation(R2607, ours)
    theirs = {"extensions": {"com.example/memos": {}, TASKS: {}}}
    tape.call("server/discover", result={"resultType": "complete", "capabilities": theirs})
    tape.call("tools/call", {"name": "t"}, result={"resultType": kind})
    assert tape.outcome("extension-fallback") is expected
    assert tape.outcome("result-type-known") is PASSED


def test_a_server_without_extensions_has_nothing_to_fall_back_from():
    tape = Conversation(R2607, {})
    tape.call("server/discover", result={"resultType": "complete", "capabilities": {}})
    tape.call("tools/call", {"name": "t"}, result={"resultType": "memo"})
    assert tape.outcome("extension-fallback") is UNTESTED
    assert tape.outcome("result-type-known") is VIOLATED


# Sampling


@pytest.mark.parametrize("revision", [R2503, R2511, R2607])
def test_a_plain_sampling_request_keeps_every_rule(revision):
    tape = Conversation(revision).asked(SAMPLING, sampled(said("user", TEXT)))
    assert tape.outcome("sampling-request-members") is PASSED
    assert tape.outcome("sampling-preferences-range") is UNTESTED
    assert tape.outcome("sampling-server-only-if-declared") is UNTESTED


def test_several_blocks_are_content_since_2025_11_25():
    several = sampled(said("user", [TEXT, TEXT]))
    assert (
        Conversation(R2511).asked(SAMPLING, several).outcome("sampling-request-members") is PASSED
    )
    older = Conversation(R2506).asked(SAMPLING, several)
    assert older.outcome("sampling-request-members") is VIOLATED


def test_content_of_a_later_revision_has_a_rule_of_its_own():
    tape = Conversation(Revision.R2024_11_05)
    sound = {"type": "audio", "data": "", "mimeType": "audio/wav"}
    tape.asked(SAMPLING, sampled(said("user", sound)))
    assert tape.outcome("sampling-request-members") is PASSED
    assert tape.outcome("negotiated-version-respected") is VIOLATED


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        ({"costPriority": 0, "speedPriority": 1, "intelligencePriority": 0.5}, PASSED),
        ({"hints": [{"name": "small"}, {}]}, PASSED),
        ({}, PASSED),
        ({"costPriority": 1.01}, VIOLATED),
        ({"costPriority": "high"}, VIOLATED),
        ({"speedPriority": -1}, VIOLATED),
    ],
)
def test_priorities_end_at_nought_and_one(preferences, expected):
    params = sampled(said("user", TEXT), modelPreferences=preferences)
    tape = Conversation().asked(SAMPLING, params)
    assert tape.outcome("sampling-preferences-range") is expected
    assert tape.outcome("sampling-request-members") is PASSED


@pytest.mark.parametrize(
    ("content", "alone", "balanced"),
    [
        (RESULT, PASSED, PASSED),
        ([RESULT, RESULT], PASSED, PASSED),
        ([TEXT, RESULT], VIOLATED, PASSED),
        ([{**RESULT, "toolUseId": "2"}], PASSED, VIOLATED),
        (TEXT, UNTESTED, VIOLATED),
    ],
)
def test_results_stand_alone_and_are_complete_by_two_rules(content, alone, balanced):
    params = sampled(said("assistant", [USE, TEXT]), said("user", content))
    tape = Conversation().asked(SAMPLING, params)
    assert tape.outcome("sampling-tool-results-alone") is alone
    assert tape.outcome("sampling-tool-use-balanced") is balanced


def test_a_use_of_a_tool_at_the_end_is_left_open():
    tape = Conversation().asked(SAMPLING, sampled(said("assistant", USE)))
    assert tape.outcome("sampling-tool-use-balanced") is VIOLATED


@pytest.mark.parametrize(
    ("sampling", "more", "rule_id", "expected"),
    [
        ({}, {"tools": []}, "sampling-tools-only-if-declared", VIOLATED),
        ({}, {"toolChoice": {}}, "sampling-tools-only-if-declared", VIOLATED),
        ({}, {}, "sampling-tools-only-if-declared", PASSED),
        ({"tools": {}}, {"tools": []}, "sampling-tools-only-if-declared", UNTESTED),
        ({}, {"includeContext": "none"}, "sampling-include-context", PASSED),
        ({}, {"includeContext": "allServers"}, "sampling-include-context", VIOLATED),
        ({"context": {}}, {"includeContext": "allServers"}, "sampling-include-context", UNTESTED),
    ],
)
def test_parts_of_sampling_are_declared_one_by_one(sampling, more, rule_id, expected):
    tape = Conversation(declared={"sampling": sampling})
    assert tape.asked(SAMPLING, sampled(said("user", TEXT), **more)).outcome(rule_id) is expected


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
    tape.say(Sender.SERVER, {**frame, **_request(FORM, {})})
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
