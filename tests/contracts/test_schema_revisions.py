"""What each revision's schemas have that another's lack, up to 2025-11-25."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import CONTENT_SINCE, REVISIONS, STATEFUL, Revision
from mcp_proof_contracts.rules.lifecycle.operation import METHOD_SINCE
from mcp_proof_contracts.schema import (
    Side,
    definitions,
    is_valid,
    is_valid_message,
    message_problems,
    notification,
    problems,
    request,
)
from mcp_proof_contracts.schema_layers import composed

R2411, R2503, R2506, R2511 = STATEFUL
EACH = pytest.mark.parametrize("revision", STATEFUL)
ALL = pytest.mark.parametrize("revision", REVISIONS)

TOOL = {"name": "t", "inputSchema": {"type": "object"}}
TEXT = {"type": "text", "text": ""}
CONTENTS = {"uri": "file:///a", "text": ""}
BLOCKS: Mapping[str, Mapping[str, Json]] = {
    "text": TEXT,
    "image": {"type": "image", "data": "", "mimeType": "image/png"},
    "resource": {"type": "resource", "resource": CONTENTS},
    "audio": {"type": "audio", "data": "", "mimeType": "audio/wav"},
    "resource_link": {"type": "resource_link", "uri": "file:///a", "name": "a"},
    "tool_use": {"type": "tool_use", "id": "1", "name": "t", "input": {}},
    "tool_result": {"type": "tool_result", "toolUseId": "1", "content": []},
}
IN_TOOLS = {"text", "image", "resource", "audio", "resource_link"}
IN_SAMPLING = {"text", "image", "audio", "tool_use", "tool_result"}
SAMPLING = {"messages": [], "maxTokens": 1}
ARGUMENT = {"ref": {"type": "ref/prompt", "name": "p"}, "argument": {"name": "a", "value": ""}}


def ask(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def tell(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def answer(**result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "result": result}


def form(field: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"a": field}}
    return ask("elicitation/create", message="m", requestedSchema=schema)


@pytest.mark.parametrize(
    ("definition", "value", "member", "since"),
    [
        ("ServerCapabilities", {}, "completions", R2503),
        ("ServerCapabilities", {}, "tasks", R2511),
        ("ClientCapabilities", {}, "elicitation", R2506),
        ("ClientCapabilities", {}, "tasks", R2511),
        ("Implementation", {"name": "n", "version": "1"}, "title", R2506),
        ("Implementation", {"name": "n", "version": "1"}, "icons", R2511),
        ("Implementation", {"name": "n", "version": "1"}, "websiteUrl", R2511),
        ("ProgressParams", {"progressToken": 1, "progress": 1}, "message", R2503),
        ("Annotations", {}, "lastModified", R2506),
        ("Tool", TOOL, "annotations", R2503),
        ("Tool", TOOL, "title", R2506),
        ("Tool", TOOL, "outputSchema", R2506),
        ("Tool", TOOL, "_meta", R2506),
        ("Tool", TOOL, "icons", R2511),
        ("Tool", TOOL, "execution", R2511),
        ("InputSchema", {"type": "object"}, "$schema", R2511),
        ("CallToolResult", {"content": []}, "structuredContent", R2506),
        ("Resource", {"uri": "file:///a", "name": "a"}, "title", R2506),
        ("Resource", {"uri": "file:///a", "name": "a"}, "_meta", R2506),
        ("ResourceTemplate", {"uriTemplate": "a:{b}", "name": "a"}, "title", R2506),
        ("ResourceContents", CONTENTS, "_meta", R2506),
        ("Prompt", {"name": "p"}, "title", R2506),
        ("Prompt", {"name": "p"}, "icons", R2511),
        ("PromptArgument", {"name": "a"}, "title", R2506),
        ("PromptReference", {"type": "ref/prompt", "name": "p"}, "title", R2506),
        ("CompleteParams", ARGUMENT, "context", R2506),
        ("ContentBlock", TEXT, "_meta", R2506),
        ("ContentBlock", BLOCKS["image"], "_meta", R2506),
        ("ContentBlock", BLOCKS["resource"], "_meta", R2506),
        ("Root", {"uri": "file:///a"}, "_meta", R2506),
        ("SamplingMessage", {"role": "user", "content": TEXT}, "_meta", R2511),
        ("CreateMessageParams", SAMPLING, "tools", R2511),
        ("CreateMessageParams", SAMPLING, "toolChoice", R2511),
        ("CallToolParams", {"name": "t"}, "task", R2511),
    ],
)
def test_a_member_is_judged_from_the_revision_on_that_added_it(
    definition: str, value: Mapping[str, Any], member: str, since: Revision
) -> None:
    for revision in STATEFUL:
        assert is_valid(revision, definition, value)
        assert is_valid(revision, definition, {**value, member: None}) is (revision < since)


@ALL
@pytest.mark.parametrize(("kind", "since"), CONTENT_SINCE.items())
def test_a_content_block_is_known_from_the_revision_on_that_added_it(
    revision: Revision, kind: str, since: Revision
) -> None:
    known = revision >= since
    assert is_valid(revision, "ContentBlock", BLOCKS[kind]) is (known and kind in IN_TOOLS)
    assert is_valid(revision, "SamplingBlock", BLOCKS[kind]) is (known and kind in IN_SAMPLING)


@pytest.mark.parametrize(
    ("revision", "known"),
    [
        (R2411, '"text", "image" or "resource"'),
        (R2503, '"text", "image", "audio" or "resource"'),
        (R2506, '"text", "image", "audio", "resource_link" or "resource"'),
    ],
)
def test_an_unknown_content_block_is_met_with_those_that_the_revision_has(
    revision: Revision, known: str
) -> None:
    found = message_problems(revision, "server", answer(content=[{"type": "x"}]), "tools/call")
    assert [str(p) for p in found] == [f'/result/content/0/type: must be {known}, is "x"']


class Wrong(NamedTuple):
    """A message, and the revisions that find one mistake in it: all others find none."""

    found_in: tuple[Revision, ...]
    message: Mapping[str, Any]
    problem: str
    """How the problem begins."""
    sender: Side = "server"
    answers: str | None = None


TASK = {"taskId": "t", "status": "working", "createdAt": "", "lastUpdatedAt": "", "ttl": 1}
MANY = {"type": "array", "items": {"type": "string", "enum": ["x"]}}
FIELD = "/params/requestedSchema/properties/a"
UP_TO_2506 = (R2411, R2503, R2506)
FROM_2506 = (R2506, R2511)
WRONG = [
    Wrong((R2411,), {"jsonrpc": "2.0", "error": {"code": 1, "message": ""}}, '"id" is missing'),
    Wrong(UP_TO_2506, tell("notifications/cancelled"), '/params: "requestId" is missing'),
    Wrong(UP_TO_2506, tell("x/y", _meta=5), "/params/_meta: must be object, is 5"),
    Wrong(UP_TO_2506, ask("x/y", _meta={"progressToken": 1.5}), "/params/_meta/progressToken: "),
    Wrong(
        (R2503, R2506, R2511),
        answer(tools=[{**TOOL, "annotations": {"readOnlyHint": "no"}}]),
        '/result/tools/0/annotations/readOnlyHint: must be boolean, is "no"',
        answers="tools/list",
    ),
    Wrong(
        FROM_2506,
        answer(tools=[{**TOOL, "outputSchema": {"type": "array"}}]),
        '/result/tools/0/outputSchema/type: must be "object", is "array"',
        answers="tools/list",
    ),
    Wrong(
        FROM_2506,
        answer(content=[], structuredContent=[]),
        "/result/structuredContent: must be object, is []",
        answers="tools/call",
    ),
    Wrong(
        UP_TO_2506,
        answer(task=TASK),
        '/result: "content" is missing',
        answers="tools/call",
    ),
    Wrong(
        FROM_2506,
        ask("completion/complete", **ARGUMENT, context={"arguments": {"a": 1}}),
        "/params/context/arguments/a: must be string, is 1",
        sender="client",
    ),
    Wrong(
        UP_TO_2506,
        answer(role="assistant", model="m", content=[TEXT]),
        "/result/content: must be object, is [",
        sender="client",
        answers="sampling/createMessage",
    ),
    Wrong(
        (R2506,),
        ask("elicitation/create", mode="url", message="m", url="a:b", elicitationId="e"),
        '/params: "requestedSchema" is missing',
    ),
    Wrong((R2506,), form(MANY), f'{FIELD}/type: must be "string", "number"'),
    Wrong(FROM_2506, form({"type": "number", "minimum": "1"}), f"{FIELD}/minimum: must be number"),
    Wrong(
        (R2506,),
        answer(action="accept", content={"tags": ["x"]}),
        "/result/content/tags: must be boolean, number or string, is [",
        sender="client",
        answers="elicitation/create",
    ),
]


@EACH
@pytest.mark.parametrize("wrong", WRONG)
def test_a_message_is_wrong_in_some_revisions_only(wrong: Wrong, revision: Revision) -> None:
    judged = (revision, wrong.sender, dict(wrong.message), wrong.answers)
    expected = revision in wrong.found_in
    found = [str(problem) for problem in message_problems(*judged)]
    assert [text.startswith(wrong.problem) for text in found] == [True] * expected, found
    assert is_valid_message(*judged) is not expected


def test_names_of_choices_are_judged_only_in_the_revision_that_has_them() -> None:
    # The null keeps a plain string field from taking the value for its own.
    field = {"type": "string", "enum": ["x"], "enumNames": 5, "minLength": None}
    assert [str(p) for p in problems(R2506, "EnumField", field)] == [
        "/enumNames: must be array, is 5"
    ]
    assert is_valid(R2511, "EnumField", field)
    assert is_valid(R2506, "AnyField", {**field, "enumNames": ["X"]})


def test_batches_belong_to_one_revision() -> None:
    ping, told = ask("ping"), tell("notifications/initialized")
    failed = {"jsonrpc": "2.0", "id": 2, "error": {"code": 1, "message": ""}}
    assert is_valid(R2503, "BatchRequest", [ping, told])
    assert is_valid(R2503, "BatchResponse", [answer(), failed])
    for definition in ("BatchRequest", "BatchResponse"):
        for wrong in ([], [ping, answer()], [{"jsonrpc": "2.0"}], [[ping]], ping, answer()):
            assert not is_valid(R2503, definition, wrong), (definition, wrong)
    having = [revision for revision in REVISIONS if "BatchRequest" in definitions(revision)]
    assert having == [R2503]


def test_methods_appear_when_the_rule_about_negotiated_versions_says_so() -> None:
    tables = {revision: composed(revision) for revision in REVISIONS}
    since = {
        method: revision
        for revision in reversed(REVISIONS)
        for method in (*tables[revision].requests, *tables[revision].notifications)
    }
    later = {method: first for method, first in since.items() if first > R2411}
    # A client of both eras asks for `server/discover` whatever it speaks afterwards.
    assert later == {**METHOD_SINCE, "server/discover": REVISIONS[-1]}


@EACH
def test_the_handshake_is_known_at_every_stateful_revision(revision: Revision) -> None:
    hello = {"protocolVersion": str(revision), "capabilities": {}}
    info = {"name": "n", "version": "1"}
    assert is_valid_message(revision, "client", ask("initialize", **hello, clientInfo=info))
    assert not is_valid_message(revision, "client", ask("initialize", **hello))
    assert is_valid_message(revision, "server", answer(**hello, serverInfo=info), "initialize")
    assert not is_valid_message(revision, "server", answer(**hello, serverInfo={}), "initialize")
    assert notification(revision, "notifications/initialized") is not None


@ALL
def test_the_table_of_features_agrees_with_the_schemas(revision: Revision) -> None:
    features, known = revision.features, definitions(revision)
    assert features.batches is ("BatchRequest" in known)
    assert features.structured_output is ("StructuredContent" in known)
    assert features.elicitation is (request(revision, "elicitation/create") is not None)
