"""What the specification permits must not be called a violation: handshake, ping, tools."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO = {"name": "x", "version": "1"}
PYTHON_TRACE = (
    'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nValueError: no'
)


class Conversation(Tape):
    """A conversation with a server at one revision, written down exchange by exchange."""

    def __init__(self, revision: Revision = R2511, **capabilities: Json) -> None:
        super().__init__()
        self.revision = revision
        self._numbers = itertools.count(1)
        self.open("s", capabilities=capabilities)

    def open(self, session: str, *, probe: str = "", offer: str = "", **result: Json) -> None:
        version = str(self.revision)
        params = {"protocolVersion": offer or version, "capabilities": {}, "clientInfo": INFO}
        answer = {"protocolVersion": version, "serverInfo": INFO, "capabilities": {}, **result}
        self.ask("initialize", params, probe, session, result=answer)

    def ask(
        self, method: str, params: Json = None, probe: str = "", session: str = "s", **reply: Any
    ) -> None:
        frame = {"jsonrpc": "2.0", "id": next(self._numbers)}
        request = {**frame, "method": method, "params": params or {}}
        self.say(Sender.CLIENT, request, probe=probe, session=session)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply}, session=session)

    def tools(self, *tools: Json) -> None:
        self.ask("tools/list", result={"tools": list(tools)})

    def call(self, arguments: Json, probe: str = "", **reply: Any) -> None:
        self.ask("tools/call", {"name": "t", "arguments": arguments}, probe, **reply)

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)


def tool(**members: Json) -> dict[str, Json]:
    return {"name": "t", "inputSchema": {"type": "object"}, **members}


def text(*texts: str, **members: Json) -> dict[str, Json]:
    return {"content": [{"type": "text", "text": each} for each in texts], **members}


REFUSED = {"code": -32602, "message": "no"}
NEEDS_A: dict[str, Json] = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"result": {"protocolVersion": "1900-01-01"}}, VIOLATED),
        ({"result": {"protocolVersion": "2025-06-18"}}, PASSED),
        ({"result": {"protocolVersion": "2024-10-07"}}, UNTESTED),
        ({"error": REFUSED}, UNTESTED),
    ],
)
def test_an_error_is_tolerated_as_counter_offer_and_an_echo_is_not(answer, expected):
    tape = Conversation()
    params = {"protocolVersion": "1900-01-01"}
    tape.ask("initialize", params, "handshakes/1900-01-01", "offer", **answer)
    assert tape.outcome("init-version-counter-offer") is expected


def test_a_version_the_server_was_never_seen_to_speak_may_be_countered():
    tape = Conversation()
    tape.open("older", probe="handshakes/2024-11-05", offer="2024-11-05")
    assert tape.outcome("init-version-echo") is PASSED


@pytest.mark.parametrize("method", ["ping", "roots/list"])
def test_only_pings_may_come_before_initialized(method):
    tape = Conversation()
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 9, "method": method})
    tape.ask("ping", None, "handshakes/held-ping", result={})
    tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    expected = PASSED if method == "ping" else VIOLATED
    assert tape.outcome("init-server-quiet-before-initialized") is expected


def test_what_a_server_asks_after_initialized_is_not_early():
    tape = Conversation()
    tape.ask("ping", None, "handshakes/held-ping", result={})
    tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 9, "method": "roots/list"})
    assert tape.outcome("init-server-quiet-before-initialized") is PASSED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"result": {}}, PASSED),
        ({"result": {"_meta": {"a": 1}}}, PASSED),
        ({"result": {"pong": True}}, VIOLATED),
        ({"error": REFUSED}, VIOLATED),
    ],
)
def test_a_ping_is_answered_with_nothing_but_metadata(reply, expected):
    tape = Conversation()
    tape.ask("ping", None, "ping", **reply)
    assert tape.outcome("ping-server-answers-empty") is expected


@pytest.mark.parametrize(
    ("revision", "capabilities", "expected"),
    [
        (R2411, {"completions": True, "tasks": 1}, PASSED),  # unknown there
        (R2511, {"com.example/x": 1}, PASSED),
        (R2511, {"completions": True}, VIOLATED),
        (R2503, {"tools": {"listChanged": "true"}}, VIOLATED),
        (R2411, {"logging": None}, VIOLATED),
    ],
)
def test_capabilities_are_judged_where_the_revision_knows_them(revision, capabilities, expected):
    tape = Conversation(revision, **capabilities)
    assert tape.outcome("init-server-capabilities-types") is expected


@pytest.mark.parametrize(
    ("revision", "kind", "expected"),
    [
        (R2411, "audio", VIOLATED),
        (R2503, "audio", PASSED),
        (R2503, "resource_link", VIOLATED),
        (R2506, "resource_link", PASSED),
    ],
)
def test_content_types_belong_to_revisions(revision, kind, expected):
    tape = Conversation(revision)
    tape.call({}, result={"content": [{"type": kind}]})
    assert tape.outcome("tools-content-type-known") is expected
    assert tape.outcome("negotiated-version-respected") is expected


def test_unknown_notifications_are_no_newer_ones():
    tape = Conversation(R2411)
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "method": "notifications/com.example/x"})
    assert tape.outcome("negotiated-version-respected") is PASSED


@pytest.mark.parametrize("result", [{"tools": []}, None])
def test_nothing_declared_may_be_refused_or_an_empty_list(result):
    tape = Conversation()
    reply = {"error": REFUSED} if result is None else {"result": result}
    tape.ask("tools/list", None, "undeclared-tools", **reply)
    assert tape.outcome("tools-capability-declared") is UNTESTED


def test_optional_members_of_a_tool_are_optional_and_unknown_ones_legal():
    tape = Conversation()
    tape.tools(tool(), tool(name="u", title="U", **{"com.example": 1}))
    for rule_id in ("tools-tool-members", "tools-input-schema-object", "tools-schemas-valid"):
        assert tape.outcome(rule_id) is PASSED


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{}]}, PASSED),
        ({"items": [{}]}, VIOLATED),
        ({"properties": {"a": {"$ref": "#/$defs/nowhere"}}}, VIOLATED),
        ({"properties": {"a": {"$ref": "https://example.com/a.json"}}}, UNTESTED),
        ({"properties": {"a": {"type": "string", "pattern": r"[^]\/(?<n>a)\k<n>"}}}, UNTESTED),
        ({"properties": {"pattern": {"type": "string"}}}, PASSED),
        ({"$schema": "https://example.com/dialect"}, UNTESTED),
    ],
)
def test_schemas_are_judged_by_their_dialect_and_only_as_far_as_it_is_certain(schema, expected):
    tape = Conversation()
    tape.tools(tool(inputSchema={"type": "object", **schema}))
    assert tape.outcome("tools-schemas-valid") is expected


@pytest.mark.parametrize(
    ("name", "length", "charset"),
    [
        ("x" * 128, PASSED, PASSED),
        ("x" * 129, VIOLATED, PASSED),
        ("", VIOLATED, PASSED),
        ("admin/list", PASSED, VIOLATED),
        ("admin.tools-list_2", PASSED, PASSED),
    ],
)
def test_tool_names_have_the_published_limits(name, length, charset):
    tape = Conversation()
    tape.tools(tool(name=name))
    assert tape.outcome("tools-name-length") is length
    assert tape.outcome("tools-name-charset") is charset


def test_the_same_tool_in_two_listings_is_not_a_double_name():
    tape = Conversation()
    tape.tools(tool())
    tape.tools(tool())
    assert tape.outcome("tools-name-unique") is PASSED
    tape.ask("tools/list", result={"tools": [tool()], "nextCursor": "2"})
    tape.ask("tools/list", {"cursor": "2"}, result={"tools": [tool()]})
    assert tape.outcome("tools-name-unique") is VIOLATED


@pytest.mark.parametrize(
    ("revision", "reply", "validated", "styled"),
    [
        (R2511, {"result": text("done")}, VIOLATED, UNTESTED),
        (R2511, {"result": text("no", isError=True)}, PASSED, PASSED),
        (R2511, {"error": REFUSED}, PASSED, VIOLATED),
        (R2506, {"result": text("no", isError=True)}, PASSED, UNTESTED),
        (R2506, {"error": REFUSED}, PASSED, PASSED),
    ],
)
def test_any_refusal_of_invalid_arguments_validates_them(revision, reply, validated, styled):
    tape = Conversation(revision)
    tape.tools(tool(inputSchema=NEEDS_A))
    tape.call({"a": "x"}, result=text("done"))
    tape.call({}, "invalid-arguments/without a", **reply)
    style = "execution" if revision >= R2511 else "protocol"
    assert tape.outcome("tools-inputs-validated") is validated
    assert tape.outcome(f"tools-invalid-args-{style}-error") is styled


def test_a_tool_that_always_fails_proves_no_validation():
    tape = Conversation()
    tape.tools(tool(inputSchema=NEEDS_A))
    tape.call({"a": "x"}, result=text("no key", isError=True))
    tape.call({}, "invalid-arguments/without a", result=text("no key", isError=True))
    assert tape.outcome("tools-inputs-validated") is UNTESTED


def test_arguments_that_the_schema_allows_are_not_invalid():
    tape = Conversation()
    tape.tools(tool())
    tape.call({}, "invalid-arguments/without a", result=text("done"))
    assert tape.outcome("tools-inputs-validated") is UNTESTED


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (text('{ "b": 2, "a": 1 }', structuredContent={"a": 1, "b": 2}), PASSED),
        (text("it is 1", '{"a":1}', structuredContent={"a": 1}), PASSED),
        (text("it is 1", structuredContent={"a": 1}), VIOLATED),
        (text("failed", structuredContent={"a": 1}, isError=True), UNTESTED),
    ],
)
def test_the_text_copy_is_compared_as_json(result, expected):
    tape = Conversation()
    tape.call({}, result=result)
    assert tape.outcome("tools-structured-text-copy") is expected


def test_a_failure_need_not_match_the_output_schema():
    tape = Conversation()
    tape.tools(tool(outputSchema={"type": "object", "required": ["a"]}))
    tape.call({}, result=text("failed", structuredContent={}, isError=True))
    assert tape.outcome("tools-structured-matches-schema") is UNTESTED
    tape.call({}, result=text("{}", structuredContent={}))
    assert tape.outcome("tools-structured-matches-schema") is VIOLATED


@pytest.mark.parametrize(
    ("leak", "failed", "expected"),
    [
        (PYTHON_TRACE, True, VIOLATED),
        (PYTHON_TRACE, False, PASSED),  # the content of a log file, say
        ("Error: no\n    at f (/srv/app/index.js:3:14)", True, VIOLATED),
        ("Error: no\n    at f (file:///srv/app/index.mjs:3:14)\n", True, VIOLATED),
        ("  at 2026/01/02 10:30:45", True, PASSED),
        ("ENOENT: no such file, open '/srv/app/index.js'", True, PASSED),
        ("token ghp_" + "a" * 36, False, VIOLATED),
        ("AKIAIOSFODNN7EXAMPLE", False, PASSED),
        ("sk-learn is a library", False, PASSED),
    ],
)
def test_only_certain_leaks_count(leak, failed, expected):
    tape = Conversation()
    tape.call({}, result=text(leak, isError=failed))
    assert tape.outcome("tools-output-sanitized") is expected


def test_a_secret_that_was_given_is_not_given_away():
    tape = Conversation()
    secret = "ghp_" + "a" * 36
    tape.call({"message": secret}, result=text(f"you said {secret}"))
    assert tape.outcome("tools-output-sanitized") is PASSED


@pytest.mark.parametrize(
    ("probe", "rule_id"),
    [
        ("ping", "ping-server-answers-empty"),
        ("unknown-tool", "tools-unknown-tool-error"),
        ("malformed-call", "tools-malformed-call-error"),
    ],
)
def test_a_session_begun_anew_for_a_probe_is_not_its_stimulus(probe, rule_id):
    tape = Conversation()
    tape.open("anew", probe=probe)
    assert tape.outcome(rule_id) is UNTESTED
