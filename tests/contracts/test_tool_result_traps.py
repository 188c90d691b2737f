"""What the specification permits must not be called a violation: results of tools, schemas."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.schema_dialects import is_surely_no_dialect
from mcp_proof_contracts.transcript import EventKind, Sender

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO = {"name": "x", "version": "1"}
TEXT = {"type": "text", "text": "done"}


class Calls(Tape):
    """Calls of the tool `t`, and what it gave."""

    def __init__(self, revision: Revision = R2511, **tool: Json) -> None:
        super().__init__()
        self.revision = revision
        self._numbers = itertools.count(1)
        version = {"protocolVersion": str(revision), "serverInfo": INFO, "capabilities": {}}
        self.ask("initialize", {"protocolVersion": str(revision)}, result=version)
        listed = {"name": "t", "inputSchema": {"type": "object"}, **tool}
        self.ask("tools/list", {}, result={"tools": [listed]})

    def ask(self, method: str, params: JsonObject, probe: str = "", **reply: Any) -> None:
        frame = {"jsonrpc": "2.0", "id": next(self._numbers)}
        self.say(Sender.CLIENT, {**frame, "method": method, "params": params}, probe=probe)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply})

    def call(self, probe: str = "", arguments: Json = None, **reply: Any) -> None:
        self.ask("tools/call", {"name": "t", "arguments": arguments or {}}, probe, **reply)

    def verdict(self, rule_id: str) -> Outcome:
        return self.outcome(rule_id, self.revision)


def judged(rule_id: str, result: Json, revision: Revision = R2511, **tool: Json) -> Outcome:
    tape = Calls(revision, **tool)
    tape.call(result=result)
    return tape.verdict(rule_id)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": []}, PASSED),
        ({"content": [{"type": "text", "text": ""}]}, PASSED),
        ({"content": [{**TEXT, "com.example/more": 1, "annotations": 5}]}, PASSED),
        ({"content": [{"type": "resource_link", "uri": "memo://a", "name": "a"}]}, PASSED),
        ({"content": [{"type": "video"}, {"type": "image"}, {"type": "resource"}]}, PASSED),
        ({"content": [TEXT], "isError": False}, PASSED),
        ({"structuredContent": {}}, VIOLATED),
        ({"content": None}, VIOLATED),
        ({"content": TEXT}, VIOLATED),
        ({"content": [{"type": "text"}]}, VIOLATED),
        ({"content": [{"type": "resource_link", "name": "a"}]}, VIOLATED),
        ({"content": [TEXT], "isError": "no"}, VIOLATED),
        ({"task": {"taskId": "1"}}, UNTESTED),
    ],
)
def test_content_is_a_list_whatever_else_there_is(result, expected):
    assert judged("tools-call-content", result) is expected


def test_a_result_that_asks_back_has_no_content():
    tape = Calls(R2607)
    tape.call(result={"resultType": "input_required", "inputRequests": {}})
    assert tape.verdict("tools-call-content") is UNTESTED


def test_a_link_is_judged_where_the_revision_knows_links():
    link = {"content": [{"type": "resource_link", "name": "a"}]}
    assert judged("tools-call-content", link, R2503) is PASSED


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"data": "", "mimeType": "image/png"}, PASSED),
        ({"data": "iVBORw0KGgo=", "mimeType": "image/unheard-of"}, PASSED),
        ({"data": "iVBORw0KGgo=", "mimeType": "image/png", "annotations": 5}, PASSED),
        ({"data": "iVBORw0KGgo", "mimeType": "image/png"}, VIOLATED),
        ({"data": "data:image/png;base64,iVBORw0KGgo=", "mimeType": "image/png"}, VIOLATED),
        ({"data": "iVBORw0KGgo="}, VIOLATED),
        ({"mimeType": "image/png"}, VIOLATED),
    ],
)
@pytest.mark.parametrize("kind", ["image", "audio"])
def test_binary_content_is_base64_of_some_type(kind, block, expected):
    result = {"content": [{"type": kind, **block}]}
    assert judged("tools-binary-content-base64", result) is expected


def test_a_sound_is_no_matter_where_no_revision_has_it_yet():
    result = {"content": [{"type": "audio", "data": "?"}]}
    assert judged("tools-binary-content-base64", result, R2411) is UNTESTED


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"uri": "memo://a", "text": ""}, PASSED),
        ({"uri": "memo://a", "blob": ""}, PASSED),
        ({"uri": "memo://a", "blob": "AAAA", "text": "both"}, PASSED),
        ({"uri": "memo://a"}, VIOLATED),
        ({"text": "a"}, VIOLATED),
        ({"uri": "memo://a", "blob": "?"}, VIOLATED),
    ],
)
def test_an_embedded_resource_has_a_uri_and_contents(resource, expected):
    result = {"content": [{"type": "resource", "resource": resource}]}
    assert judged("tools-embedded-resource", result) is expected


@pytest.mark.parametrize(("given", "expected"), [("x", PASSED), ("y", VIOLATED)])
def test_an_argument_that_comes_back_is_not_the_servers_fault(given, expected):
    tape = Calls()
    link = {"type": "resource_link", "uri": "x", "name": "a"}
    resource = {"type": "resource", "resource": {"uri": "x", "text": ""}}
    tape.call(arguments={"uri": given}, result={"content": [link, resource]})
    assert tape.verdict("tools-call-content") is expected
    assert tape.verdict("tools-embedded-resource") is expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": [TEXT], "structuredContent": {}}, PASSED),
        ({"content": [TEXT], "structuredContent": None}, PASSED),
        ({"content": [TEXT]}, VIOLATED),
        ({"content": [TEXT], "isError": True}, UNTESTED),
        ({"resultType": "input_required", "inputRequests": {}}, UNTESTED),
        ({"resultType": "task", "taskId": "1"}, UNTESTED),
    ],
)
def test_structure_is_due_of_tools_that_promise_it_and_succeed(result, expected):
    promised = {"outputSchema": {"type": "object"}}
    assert judged("tools-structured-present", result, R2607, **promised) is expected
    assert judged("tools-structured-present", result, R2607) is UNTESTED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"result": {"content": [TEXT], "isError": True}}, PASSED),
        ({"result": {"content": [TEXT]}}, VIOLATED),
        ({"error": {"code": -32603, "message": "broken"}}, VIOLATED),
        ({"error": {"code": -32602, "message": "bad arguments"}}, UNTESTED),
        ({"error": {"code": -32601, "message": "no tools"}}, UNTESTED),
        ({"result": {"task": {"taskId": "1"}}}, UNTESTED),
        ({}, UNTESTED),
    ],
)
def test_a_failure_of_the_tool_says_is_error(reply, expected):
    tape = Calls()
    tape.call("tool-failure", **reply)
    assert tape.verdict("tools-execution-error-iserror") is expected


@pytest.mark.parametrize(
    ("text", "failed", "expected"),
    [
        ("hello", False, PASSED),
        ("You said: hello", False, PASSED),
        ("hello", True, VIOLATED),
        ("cannot say hello", True, UNTESTED),
        ("no", False, UNTESTED),
    ],
)
def test_an_error_message_may_quote_what_was_given(text, failed, expected):
    tape = Calls()
    result = {"content": [{"type": "text", "text": text}], "isError": failed}
    tape.call("echo/plain", {"a": "hello"}, result=result)
    assert tape.verdict("tools-iserror-only-on-failure") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("bye", PASSED), ("hello, then bye", PASSED), ("hello", VIOLATED), ("what?", UNTESTED)],
)
def test_a_stale_answer_shows_the_text_of_the_call_before_alone(text, expected):
    tape = Calls()
    for case, given, said in (("plain", "hello", "hello"), ("another", "bye", text)):
        result = {"content": [{"type": "text", "text": said}]}
        tape.call(f"echo/{case}", {"a": given}, result=result)
    assert tape.verdict("tools-call-uses-arguments") is expected


NEWER: JsonObject = {"type": "object", "unevaluatedProperties": False}


@pytest.mark.parametrize(
    ("schema", "good", "bad", "expected"),
    [
        (NEWER, {"content": []}, {"content": [], "isError": True}, PASSED),
        (NEWER, {"content": []}, {"content": []}, VIOLATED),
        (NEWER, {"content": [], "isError": True}, {"content": [], "isError": True}, UNTESTED),
        ({"type": "object"}, {"content": []}, {"content": []}, UNTESTED),
        ({**NEWER, "$schema": "http://json-schema.org/draft-07/schema#"}, {}, {}, UNTESTED),
    ],
)
def test_only_keywords_of_2020_12_show_that_it_is_read(schema, good, bad, expected):
    tape = Calls(inputSchema=schema)
    tape.call("dialect/good", result=good)
    tape.call("dialect/2020-12", {"odd": 1}, result=bad)
    assert tape.verdict("tools-dialect-2020-12") is expected


@pytest.mark.parametrize(
    ("named", "nobody"),
    [
        ("https://example.com/dialect", True),
        ("https://schemas.example.org/a", True),
        ("https://a.invalid/b", True),
        (5, True),
        (None, True),
        ("https://json-schema.org/draft/2030-01/schema", False),
        ("https://spec.openapis.org/oas/3.1/dialect/base", False),
        ("json-schema.org/draft-07/schema", False),
        ("https://myexample.com/dialect", False),
        ("http://json-schema.org/schema#", False),
    ],
)
def test_a_dialect_that_is_only_unknown_here_may_be_one(named, nobody):
    assert is_surely_no_dialect(named) is nobody


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": []}, VIOLATED),
        ({"content": [{"type": "text", "text": "dialect?"}], "isError": True}, PASSED),
        ({"content": [{"type": "text", "text": "no money"}], "isError": True}, UNTESTED),
    ],
)
def test_a_dialect_of_nobodys_leads_to_an_error_that_says_so(result, expected):
    tape = Calls(inputSchema={"type": "object", "$schema": "https://a.invalid/b"})
    tape.call("dialect/unknown", result=result)
    assert tape.verdict("tools-dialect-unsupported-error") is expected


def given_schemas(**answers: bool) -> Calls:
    """A tool that took, or rejected, schemas of these kinds."""
    tape = Calls(R2607)
    for case, taken in answers.items():
        result = {"content": [TEXT], "resultType": "complete", "isError": not taken}
        tape.call(f"schema-argument/{case.replace('_', '-')}", result=result)
    return tape


def test_a_tool_that_never_looks_at_schemas_shows_nothing():
    tape = given_schemas(good=True, ill_formed=True, external=True, network=True, dialect=True)
    for rule in ("schema-no-network-ref", "schema-unresolved-ref-rejected"):
        assert tape.verdict(rule) is UNTESTED
    assert tape.verdict("tools-dialect-unsupported-error") is UNTESTED


@pytest.mark.parametrize(("dangling", "expected"), [(False, VIOLATED), (True, UNTESTED)])
def test_an_external_reference_counts_where_references_are_followed(dangling, expected):
    tape = given_schemas(good=True, ill_formed=False, dangling=dangling, external=True)
    assert tape.verdict("schema-unresolved-ref-rejected") is expected


@pytest.mark.parametrize(("probe", "expected"), [("network", VIOLATED), ("other", PASSED)])
def test_only_what_is_fetched_for_the_reference_counts(probe, expected):
    tape = given_schemas(good=True, ill_formed=False, network=False)
    request = {"method": "GET", "path": "/canary"}
    label = f"schema-argument/{probe}"
    http, server = EventKind.HTTP_REQUEST, Sender.SERVER
    tape.add(http, server, channel="get-1", session="canary-1", probe=label, data=request)
    assert tape.verdict("schema-no-network-ref") is expected


@pytest.mark.parametrize(("alive", "expected"), [(True, UNTESTED), (False, VIOLATED)])
def test_a_slow_answer_is_no_finding_while_others_are_answered(alive, expected):
    tape = given_schemas(good=True, ill_formed=False)
    tape.call("schema-argument/costly")
    silence = {"id": 5, "why": "no answer", "alive": alive}
    tape.add(EventKind.SILENCE, Sender.CLIENT, data=silence)
    assert tape.verdict("schema-composition-bounds") is expected
