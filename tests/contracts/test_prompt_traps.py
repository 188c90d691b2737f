"""What the specification permits must not be called a violation: prompts."""

import pytest
from spoken_tape import Conversation

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
IMAGE = {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}
SOUND = {"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"}
EMBEDDED = {"uri": "test://a", "mimeType": "text/plain", "text": ""}


def message(content: Json, role: str = "user") -> dict[str, Json]:
    return {"messages": [{"role": role, "content": content}]}


def text(words: str) -> dict[str, Json]:
    return {"type": "text", "text": words}


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
    ("resource", "expected"),
    [
        ({**EMBEDDED, "uri": "mcp-proof-amber-0"}, PASSED),
        ({**EMBEDDED, "uri": "not a uri/mcp-proof-amber-0"}, PASSED),
        ({**EMBEDDED, "uri": "mcp-proof-cobalt-0"}, VIOLATED),
        ({**EMBEDDED, "uri": "mcp-proof-amber-0", "mimeType": "text"}, VIOLATED),
        ({"uri": "test://a", "mimeType": "text/plain", "blob": "mcp-proof-amber-0"}, PASSED),
    ],
)
def test_what_was_given_as_an_argument_is_not_the_servers_fault(resource, expected):
    conversation = Conversation(R2511, prompts={})
    params = {"name": "a", "arguments": {"uri": "mcp-proof-amber-0"}}
    result = message({"type": "resource", "resource": resource})
    conversation.ask("prompts/get", params, "prompt-arguments", result=result)
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
        number = conversation.begin("prompts/list", None, case and f"lists-again/prompts {case}")
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
