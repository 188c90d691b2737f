"""What the specification permits must not be called a violation: prompts, logging, progress."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO = {"name": "x", "version": "1"}
META = "io.modelcontextprotocol/"
TOKEN = "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz"
IMAGE = {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}
SOUND = {"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"}
EMBEDDED = {"uri": "test://a", "mimeType": "text/plain", "text": ""}


class Conversation(Tape):
    """A conversation with a server at one revision, on one channel or over HTTP."""

    def __init__(
        self, revision: Revision = R2511, transport: str = "stdio", **capabilities: Json
    ) -> None:
        super().__init__(transport)
        self.revision = revision
        self._numbers = itertools.count(1)
        shared = {"capabilities": capabilities, "serverInfo": INFO}
        if revision.era is Era.STATELESS:
            self.ask("server/discover", result={"supportedVersions": [str(revision)], **shared})
        else:
            params = {"protocolVersion": str(revision), "capabilities": {}, "clientInfo": INFO}
            self.ask("initialize", params, result={"protocolVersion": str(revision), **shared})

    def begin(self, method: str, params: Json = None, probe: str = "", **meta: Json) -> int:
        """Send a request; over HTTP on a channel of its number. Return the number."""
        number = next(self._numbers)
        if self.revision.era is Era.STATELESS:
            version = str(self.revision)
            meta = {f"{META}protocolVersion": version, f"{META}clientCapabilities": {}, **meta}
        given = {**(params or {}), **({"_meta": meta} if meta else {})}
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
        more = {"probe": probe, **self.channel(number)}
        if self.http:
            self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data={"method": "POST"}, **more)
        self.say(Sender.CLIENT, request, **more)
        return number

    def end(self, number: int, **reply: Any) -> None:
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, **reply}, **self.channel(number))

    def ask(self, method: str, params: Json = None, probe: str = "", **reply: Any) -> None:
        number = self.begin(method, params, probe)
        self.end(number, **reply)

    def tell(self, method: str, params: Json, on: int = 0) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.say(Sender.SERVER, message, **self.channel(on))

    def log(self, on: int = 0, **params: Json) -> None:
        self.tell("notifications/message", {"level": "info", "data": "x", **params}, on)

    def report(self, token: Json, progress: Json, on: int = 0, **more: Json) -> None:
        params = {"progressToken": token, "progress": progress, **more}
        self.tell("notifications/progress", params, on)

    def channel(self, number: int) -> dict[str, Any]:
        return {"channel": f"post-{number}"} if self.http else {}

    @property
    def http(self) -> bool:
        return self.transcript.header.transport == "http"

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)


def message(content: Json, role: str = "user") -> dict[str, Json]:
    return {"messages": [{"role": role, "content": content}]}


def text(words: str) -> dict[str, Json]:
    return {"type": "text", "text": words}


# Prompts


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"result": {"prompts": []}}, UNTESTED),
        ({"error": {"code": -32601, "message": "no"}}, UNTESTED),
        ({"result": {"prompts": [{"name": "a"}]}}, VIOLATED),
    ],
)
def test_an_undeclared_list_may_be_empty_or_missing(answer, expected):
    conversation = Conversation(R2506)
    conversation.ask("prompts/list", **answer)
    assert conversation.outcome("prompts-capability-declared") is expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ({"name": "a"}, PASSED),
        ({"name": "a", "arguments": []}, PASSED),
        ({"name": "a", "arguments": [{"name": "b"}], "icons": 1}, PASSED),
        ({"name": "a", "arguments": [{"name": "b", "required": "yes"}]}, VIOLATED),
        ({"name": "a", "arguments": [{"description": "b"}]}, VIOLATED),
        ({"title": "a"}, VIOLATED),
        ("a", VIOLATED),
    ],
)
def test_all_of_a_prompt_but_its_name_is_optional(prompt, expected):
    conversation = Conversation(prompts={})
    conversation.ask("prompts/list", result={"prompts": [prompt]})
    assert conversation.outcome("prompts-list-answers") is expected


def test_an_unanswered_list_is_the_matter_of_another_rule():
    conversation = Conversation(prompts={})
    conversation.begin("prompts/list")
    assert conversation.outcome("prompts-list-answers") is UNTESTED


@pytest.mark.parametrize(("second", "expected"), [("b", PASSED), ("A", PASSED), ("a", VIOLATED)])
def test_a_name_is_unique_over_all_pages(second, expected):
    conversation = Conversation(prompts={})
    conversation.ask("prompts/list", result={"prompts": [{"name": "a"}], "nextCursor": ""})
    conversation.ask("prompts/list", {"cursor": ""}, result={"prompts": [{"name": second}]})
    assert conversation.outcome("prompts-name-unique") is expected


def test_the_same_list_twice_has_no_name_twice():
    conversation = Conversation(prompts={})
    for _ in range(2):
        conversation.ask("prompts/list", result={"prompts": [{"name": "a"}]})
    assert conversation.outcome("prompts-name-unique") is PASSED


@pytest.mark.parametrize(
    ("result", "revision", "expected"),
    [
        ({"messages": []}, R2511, PASSED),
        (message(text("")), R2411, PASSED),
        (message(text("a"), "assistant"), R2511, PASSED),
        (message(text("a"), "system"), R2511, VIOLATED),
        (message([text("a")]), R2511, VIOLATED),
        (message("a"), R2511, VIOLATED),
        ({"messages": {}}, R2511, VIOLATED),
        ({"description": "a"}, R2511, VIOLATED),
        (message(SOUND), R2411, VIOLATED),
        (message(SOUND), R2503, PASSED),
        (message({"type": "image"}), R2511, PASSED),
        (message({"type": "resource", "resource": {}}), R2511, PASSED),
        (message({"type": "resource_link", "uri": "test://a", "name": "a"}), R2503, VIOLATED),
        (message({"type": "resource_link", "uri": "test://a", "name": "a"}), R2506, PASSED),
        ({"resultType": "input_required", "inputRequests": {}}, R2607, UNTESTED),
        (message(text("a")), R2607, PASSED),
    ],
)
def test_messages_are_judged_by_the_revision_and_their_blocks_apart(result, revision, expected):
    conversation = Conversation(revision, prompts={})
    conversation.ask("prompts/get", {"name": "a"}, result=result)
    assert conversation.outcome("prompts-get-messages") is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, PASSED),
        ({"data": ""}, PASSED),
        ({"mimeType": "image/svg+xml; charset=utf-8"}, PASSED),
        ({"mimeType": "x-custom/x.y-z"}, PASSED),
        ({"mimeType": "png"}, VIOLATED),
        ({"mimeType": ""}, VIOLATED),
        ({"mimeType": None}, VIOLATED),
        ({"data": "data:image/png;base64,iVBORw0KGgo="}, VIOLATED),
        ({"data": "iVBORw0KGgo"}, VIOLATED),
    ],
)
def test_an_image_is_base64_of_a_type(members, expected):
    conversation = Conversation(prompts={})
    conversation.ask("prompts/get", {"name": "a"}, result=message({**IMAGE, **members}))
    assert conversation.outcome("prompts-image-valid") is expected
    assert conversation.outcome("prompts-audio-valid") is UNTESTED


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (EMBEDDED, PASSED),
        ({**EMBEDDED, "annotations": 1, "title": "a"}, PASSED),
        ({"uri": "test://a", "mimeType": "image/png", "blob": "iVBORw0KGgo="}, PASSED),
        ({"uri": "test://a", "mimeType": "image/png", "blob": "?"}, VIOLATED),
        ({"uri": "test://a", "mimeType": "text/plain"}, VIOLATED),
        ({"uri": "test://a", "text": "a"}, VIOLATED),
        ({"mimeType": "text/plain", "text": "a"}, VIOLATED),
    ],
)
def test_an_embedded_resource_has_uri_type_and_content(resource, expected):
    conversation = Conversation(R2411, prompts={})
    block = {"type": "resource", "resource": resource}
    conversation.ask("prompts/get", {"name": "a"}, result=message(block))
    assert conversation.outcome("prompts-embedded-resource-members") is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("about amber", "about cobalt", PASSED),
        ("always the same", "always the same", UNTESTED),
        ("about amber", "no such city", PASSED),
        ("about amber", "about amber", VIOLATED),
        ("about {{ city }}", "about {city}", VIOLATED),
        ("about amber, as {city} in this template", "about cobalt, as {city}", PASSED),
        ("the {cityscape}", "the city", UNTESTED),
    ],
)
def test_a_prompt_may_use_arguments_without_showing_them(first, second, expected):
    conversation = Conversation(prompts={})
    for value, shown in (("amber", first), ("cobalt", second)):
        params = {"name": "a", "arguments": {"city": value}}
        conversation.ask("prompts/get", params, "prompt-arguments", result=message(text(shown)))
    assert conversation.outcome("prompts-get-uses-arguments") is expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"error": {"code": -32602, "message": "no"}}, PASSED),
        ({"error": {"code": 0, "message": "no"}}, VIOLATED),
        ({"result": message(text("a"))}, VIOLATED),
        ({"result": {"resultType": "input_required", "inputRequests": {}}}, UNTESTED),
    ],
)
def test_a_missing_argument_is_refused_or_asked_for(reply, expected):
    conversation = Conversation(R2607, prompts={})
    conversation.ask("prompts/get", {"name": "a"}, "missing-prompt-argument", **reply)
    assert conversation.outcome("prompts-missing-argument-32602") is expected


@pytest.mark.parametrize("rule", ["unknown-name-32602", "internal-error-code"])
def test_silence_is_no_wrong_code(rule):
    conversation = Conversation(prompts={})
    for probe in ("unknown-prompt", "prompt-failure"):
        conversation.begin("prompts/get", {"name": "a"}, probe)
    assert conversation.outcome(f"prompts-{rule}") is UNTESTED


@pytest.mark.parametrize(
    ("elsewhere", "early", "expected"),
    [
        (["a"], ["a"], PASSED),
        (["b"], ["a"], VIOLATED),
        (["b"], ["b"], UNTESTED),
    ],
)
def test_a_list_that_has_changed_with_time_depends_on_no_connection(elsewhere, early, expected):
    conversation = Conversation(R2607, prompts={})

    def listed(names: list[str], case: str, session: str = "s") -> None:
        number = conversation.begin("prompts/list", None, case and f"prompts-list-again/{case}")
        conversation.end(number, result={"prompts": [{"name": name} for name in names]})
        for event in conversation.transcript.events[-2:]:
            object.__setattr__(event, "session", session)

    listed(early, "")
    for case in ("before", "after"):
        listed(["a"], case)
    listed(elsewhere, "elsewhere", "other")
    listed(["a"], "again")
    assert conversation.outcome("prompts-list-connection-independent") is expected


@pytest.mark.parametrize(
    ("after", "told", "declared", "expected"),
    [
        ("b", True, True, PASSED),
        ("b", False, True, VIOLATED),
        ("b", False, False, UNTESTED),
        ("a", False, True, UNTESTED),
        ("a", True, True, UNTESTED),
    ],
)
def test_only_a_list_that_changed_must_be_told(after, told, declared, expected):
    conversation = Conversation(prompts={"listChanged": declared})
    conversation.ask("prompts/list", None, "prompts-changed/before", result=_named("a"))
    conversation.ask("tools/call", {"name": "t"}, "prompts-changed/change", result={"content": []})
    conversation.ask("prompts/list", None, "prompts-changed/after", result=_named(after))
    if told:
        conversation.tell("notifications/prompts/list_changed", {})
    assert conversation.outcome("prompts-list-changed-sent") is expected


def test_over_http_nothing_can_be_told_without_an_open_stream():
    conversation = Conversation(R2511, "http", prompts={"listChanged": True})
    conversation.ask("prompts/list", None, "prompts-changed/before", result=_named("a"))
    conversation.ask("tools/call", {"name": "t"}, "prompts-changed/change", result={"content": []})
    conversation.ask("prompts/list", None, "prompts-changed/after", result=_named("b"))
    assert conversation.outcome("prompts-list-changed-sent") is UNTESTED


def _named(name: str) -> dict[str, Json]:
    return {"prompts": [{"name": name}]}


# Logging


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, PASSED),
        ({"data": None}, PASSED),
        ({"data": {"a": 1}, "logger": ""}, PASSED),
        ({"logger": None}, VIOLATED),
        ({"level": "warn"}, VIOLATED),
        ({"level": 3}, VIOLATED),
    ],
)
def test_data_may_be_anything_and_levels_are_eight(members, expected):
    conversation = Conversation(logging={})
    conversation.log(**members)
    assert conversation.outcome("logging-message-members") is expected


def test_a_message_before_any_level_is_set_is_never_too_much():
    conversation = Conversation(logging={})
    conversation.log(level="debug")
    conversation.ask("tools/call", {"name": "t"}, result={"content": []})
    conversation.log(level="debug")
    assert conversation.outcome("logging-setlevel-respected") is UNTESTED


@pytest.mark.parametrize(
    ("level", "barrier", "expected"),
    [
        ("info", True, VIOLATED),
        ("info", False, UNTESTED),
        ("error", True, UNTESTED),
        ("loud", True, UNTESTED),
    ],
)
def test_a_message_that_was_on_its_way_when_a_level_was_set_is_no_breach(level, barrier, expected):
    conversation = Conversation(logging={})
    conversation.ask("logging/setLevel", {"level": "error"}, result={})
    if barrier:
        conversation.ask("ping", result={})
    conversation.log(level=level)
    assert conversation.outcome("logging-setlevel-respected") is expected


@pytest.mark.parametrize("reply", [{"error": {"code": -32602, "message": "no"}}, {}])
def test_a_level_that_was_refused_or_is_on_its_way_is_not_in_force(reply):
    conversation = Conversation(logging={})
    number = conversation.begin("logging/setLevel", {"level": "error"})
    if reply:
        conversation.end(number, **reply)
    conversation.ask("ping", result={})
    conversation.log(level="info")
    assert conversation.outcome("logging-setlevel-respected") is UNTESTED


def test_on_the_stream_of_an_older_request_a_new_level_does_not_count():
    conversation = Conversation(R2511, "http", logging={})
    older = conversation.begin("tools/call", {"name": "t"})
    conversation.ask("logging/setLevel", {"level": "error"}, result={})
    conversation.log(on=older)
    assert conversation.outcome("logging-setlevel-respected") is UNTESTED
    newer = conversation.begin("tools/call", {"name": "t"})
    conversation.log(on=newer)
    assert conversation.outcome("logging-setlevel-respected") is VIOLATED


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"result": {}}, PASSED),
        ({"result": {"_meta": {}, "more": 1}}, PASSED),
        ({"result": None}, VIOLATED),
        ({"error": {"code": -32601, "message": "no"}}, VIOLATED),
    ],
)
def test_a_level_is_set_with_any_object(reply, expected):
    conversation = Conversation(logging={})
    conversation.ask("logging/setLevel", {"level": "info"}, "log-levels", **reply)
    assert conversation.outcome("logging-setlevel-empty-result") is expected


def test_a_missing_method_is_no_wrong_code_for_a_wrong_level():
    conversation = Conversation(logging={})
    refusal = {"code": -32601, "message": "no"}
    conversation.ask("logging/setLevel", {"level": "loud"}, "invalid-log-level", error=refusal)
    assert conversation.outcome("logging-invalid-level-32602") is UNTESTED


@pytest.mark.parametrize(
    ("sent", "data", "expected"),
    [
        ("hello", f"token {TOKEN}", VIOLATED),
        (TOKEN, f"searching for {TOKEN}", PASSED),
        ("hello", "password is wrong", PASSED),
    ],
)
def test_what_the_client_has_sent_itself_is_no_secret_of_the_server(sent, data, expected):
    conversation = Conversation(logging={})
    params = {"name": "t", "arguments": {"query": sent}}
    conversation.ask("tools/call", params, result={"content": []})
    conversation.log(data=data)
    assert conversation.outcome("logging-no-secrets") is expected


LEVEL = f"{META}logLevel"


def test_a_message_for_one_of_two_requests_on_one_channel_is_not_held_against_the_other():
    conversation = Conversation(R2607, logging={})
    conversation.begin("tools/call", {"name": "quiet"})
    conversation.begin("tools/call", {"name": "loud"}, **{LEVEL: "info"})
    conversation.log()
    assert conversation.outcome("logging-26-opt-in-only") is UNTESTED
    assert conversation.outcome("logging-26-own-stream-only") is PASSED


def test_the_least_level_of_the_requests_under_way_counts():
    conversation = Conversation(R2607, logging={})
    conversation.begin("tools/call", {"name": "a"}, **{LEVEL: "error"})
    conversation.begin("tools/call", {"name": "b"}, **{LEVEL: "info"})
    conversation.log(level="info")
    assert conversation.outcome("logging-26-threshold") is UNTESTED
    conversation.log(level="debug")
    assert conversation.outcome("logging-26-threshold") is VIOLATED


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_message_behind_the_response_is_on_no_stream_of_its_own(transport):
    conversation = Conversation(R2607, transport, logging={})
    number = conversation.begin("tools/call", {"name": "t"}, **{LEVEL: "info"})
    conversation.log(on=number)
    assert conversation.outcome("logging-26-own-stream-only") is PASSED
    conversation.end(number, result={"content": []})
    conversation.log(on=number)
    assert conversation.outcome("logging-26-own-stream-only") is VIOLATED
    assert conversation.outcome("logging-26-opt-in-only") is UNTESTED


# Progress


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1], UNTESTED),
        ([0, 1, 2], PASSED),
        ([0.1, 0.25], PASSED),
        ([-2, -1], PASSED),
        ([1, 1], VIOLATED),
        ([2, 1], VIOLATED),
        ([1, "2"], UNTESTED),
    ],
)
def test_progress_increases_and_may_be_a_fraction(values, expected):
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    for value in values:
        conversation.report("a", value)
    assert conversation.outcome("progress-increases") is expected


def test_the_total_may_change_vanish_and_be_exceeded():
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken=0)
    conversation.report(0, 1, total=2)
    conversation.report(0, 3, total=1.5)
    conversation.report(0, 4)
    for rule in ("increases", "known-token", "members", "token-type"):
        assert conversation.outcome(f"progress-{rule}") is PASSED


def test_a_token_may_be_used_again_when_its_request_is_over():
    conversation = Conversation()
    for _ in range(2):
        number = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
        conversation.report("a", 1)
        conversation.report("a", 2)
        conversation.end(number, result={"content": []})
    assert conversation.outcome("progress-increases") is PASSED
    assert conversation.outcome("progress-stops") is PASSED


def test_two_requests_with_one_token_make_no_series():
    conversation = Conversation()
    for _ in range(2):
        conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.report("a", 1)
    conversation.report("a", 1)
    assert conversation.outcome("progress-increases") is UNTESTED


def test_between_streams_there_is_no_order():
    conversation = Conversation(R2511, "http")
    number = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.report("a", 2, on=number)
    conversation.end(number, result={"content": []})
    conversation.report("a", 1, on=99)
    assert conversation.outcome("progress-increases") is UNTESTED
    assert conversation.outcome("progress-stops") is PASSED


@pytest.mark.parametrize(
    ("given", "named", "expected"),
    [
        ("a", "a", PASSED),
        ("1", 1, VIOLATED),
        (1, 1.0, PASSED),
        ("a", "b", VIOLATED),
        ("a", None, UNTESTED),
    ],
)
def test_a_token_is_the_same_only_in_the_same_type(given, named, expected):
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken=given)
    conversation.report(named, 1)
    assert conversation.outcome("progress-known-token") is expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"content": []}, VIOLATED),
        ({"task": {"taskId": "1", "status": "working"}}, UNTESTED),
        ({"resultType": "task", "taskId": "1"}, UNTESTED),
    ],
)
def test_a_task_reports_on_when_its_call_has_been_answered(result, expected):
    conversation = Conversation()
    number = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.end(number, result=result)
    conversation.report("a", 1)
    assert conversation.outcome("progress-stops") is expected


def test_a_request_that_was_never_answered_may_report_on():
    conversation = Conversation()
    conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.ask("ping", result={})
    conversation.report("a", 1)
    assert conversation.outcome("progress-stops") is UNTESTED


@pytest.mark.parametrize(
    ("members", "revision", "expected"),
    [
        ({"message": 7}, R2411, PASSED),
        ({"message": 7}, R2503, VIOLATED),
        ({"total": "2"}, R2411, VIOLATED),
        ({"_meta": {"a": 1}, "more": 1}, R2511, PASSED),
        ({"progress": True}, R2511, VIOLATED),
    ],
)
def test_members_are_those_of_the_revision(members, revision, expected):
    conversation = Conversation(revision)
    conversation.report("a", **{"progress": 1, **members})
    assert conversation.outcome("progress-members") is expected


@pytest.mark.parametrize(
    ("tokens", "answered", "expected"),
    [
        (["a", "b"], True, PASSED),
        (["a", "a"], True, VIOLATED),
        ([1, "1"], True, PASSED),
        (["a", "a"], False, UNTESTED),
        (["a"], True, UNTESTED),
    ],
)
def test_tokens_of_the_server_differ_while_both_requests_are_active(tokens, answered, expected):
    conversation = Conversation()
    for number, token in enumerate(tokens):
        params = {"_meta": {"progressToken": token}}
        request = {"jsonrpc": "2.0", "id": f"s{number}", "method": "roots/list", "params": params}
        conversation.say(Sender.SERVER, request)
    for number in range(len(tokens)) if answered else ():
        answer = {"jsonrpc": "2.0", "id": f"s{number}", "result": {"roots": []}}
        conversation.say(Sender.CLIENT, answer)
    assert conversation.outcome("progress-token-unique") is expected
    assert conversation.outcome("progress-token-type") is PASSED


def test_a_token_of_the_server_is_free_when_its_request_has_been_answered():
    conversation = Conversation()
    for number in range(2):
        frame = {"jsonrpc": "2.0", "id": number}
        params = {"_meta": {"progressToken": "a"}}
        conversation.say(Sender.SERVER, {**frame, "method": "roots/list", "params": params})
        conversation.say(Sender.CLIENT, {**frame, "result": {"roots": []}})
    assert conversation.outcome("progress-token-unique") is UNTESTED


def test_progress_on_the_stream_of_another_request_is_a_breach():
    conversation = Conversation(R2607, "http")
    one = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    two = conversation.begin("tools/call", {"name": "t"}, progressToken="b")
    conversation.report("a", 1, on=one)
    assert conversation.outcome("progress-26-own-stream") is PASSED
    conversation.report("a", 2, on=two)
    assert conversation.outcome("progress-26-own-stream") is VIOLATED


def test_a_token_that_nobody_gave_belongs_to_no_stream():
    conversation = Conversation(R2607, "http")
    one = conversation.begin("tools/call", {"name": "t"}, progressToken="a")
    conversation.report("b", 1, on=one)
    assert conversation.outcome("progress-26-own-stream") is UNTESTED
