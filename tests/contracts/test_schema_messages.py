"""Verdicts on whole JSON-RPC messages: which definition judges them, and what it finds."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.revision import LATEST, LATEST_STATEFUL, REVISIONS, Revision
from mcp_proof_contracts.schema import (
    Side,
    definitions,
    is_valid,
    is_valid_message,
    message_problems,
)
from mcp_proof_contracts.schema_layers import composed

OLD, NEW = LATEST_STATEFUL, LATEST
TEXTS = {"uri": "file:///a", "uri-template": "file:///{a}"}


def smallest(revision: Revision, schema: Any) -> Any:
    """The least value that satisfies a schema."""
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for part in (*schema.get("anyOf", ())[:1], *schema.get("allOf", ()), schema.get("then", {})):
        schema = {**schema, **part}
    made: Any = {}
    if "$ref" in schema:
        made = smallest(revision, definitions(revision)[pointer_steps(schema["$ref"])[-1]])
    kind = schema.get("type", "object")
    if kind != "object":
        text = TEXTS.get(schema.get("format"), "")
        return {"array": [], "string": text, "boolean": False}.get(
            str(kind), schema.get("minimum", 0)
        )
    members = schema.get("properties", {})
    own = {name: smallest(revision, members.get(name, {})) for name in schema.get("required", ())}
    return {**made, **own} if isinstance(made, dict) else made


MESSAGES = [
    (revision, name)
    for revision in REVISIONS
    for name in definitions(revision)
    if ":" in name or name == "ErrorResponse"
]
"""Each revision's definitions of whole messages."""


def senders(revision: Revision, name: str) -> Iterator[Side]:
    """The sides that may send what a definition judges."""
    kind, _, method = name.partition(":")
    tables = composed(revision)
    row = tables.requests.get(method) or tables.notifications.get(method)
    for side, other in (("client", "server"), ("server", "client")):
        if row is None or row.comes_from(other if kind == "result" else side):
            yield side


@pytest.mark.parametrize(("revision", "name"), MESSAGES)
def test_every_message_has_a_smallest_form_that_is_valid_and_lacks_nothing_it_needs(
    revision: Revision, name: str
) -> None:
    schema = definitions(revision)[name]
    message = smallest(revision, schema)
    assert is_valid(revision, name, message)
    assert isinstance(schema, Mapping)
    for member in schema["required"]:
        lacking = {key: value for key, value in message.items() if key != member}
        assert not is_valid(revision, name, lacking), member
        assert not is_valid(revision, name, {**message, member: None}), member


@pytest.mark.parametrize(
    ("revision", "name"), [each for each in MESSAGES if not each[1].startswith("input:")]
)
def test_every_message_is_judged_by_its_own_definition(revision: Revision, name: str) -> None:
    message = smallest(revision, definitions(revision)[name])
    answers = name.removeprefix("result:") if name.startswith("result:") else None
    for sender in senders(revision, name):
        assert message_problems(revision, sender, message, answers) == []
        assert is_valid_message(revision, sender, message, answers)
        for broken in ({**message, "jsonrpc": "1.0"}, {**message, "params": 5, "result": 5}):
            wrong = message_problems(revision, sender, broken, answers)
            assert wrong
            assert not is_valid_message(revision, sender, broken, answers)


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize(
    ("sender", "message", "expected"),
    [
        ("client", [], ": a message must be an object, is []"),
        ("client", {"jsonrpc": "2.0"}, ': neither "method", "result" nor "error" is there'),
        ("client", {"jsonrpc": "2.0", "id": 1, "method": 5}, "/method: must be string, is 5"),
        ("client", {"jsonrpc": "2.0", "id": 1.5, "method": "x"}, "/id: must be integer or string"),
        ("client", {"jsonrpc": "2.0", "id": None, "method": "x"}, "/id: must be integer or string"),
        ("client", {"jsonrpc": "2.0", "method": "x", "params": []}, "/params: must be object"),
        ("client", {"jsonrpc": "2.0", "method": "tools/call"}, ': "id" is missing'),
        (
            "client",
            {"jsonrpc": "2.0", "id": 1, "method": "notifications/cancelled"},
            "/id: notifications/cancelled is a notification, which has no id",
        ),
        (
            "server",
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call"},
            "/method: tools/call is sent by the client only",
        ),
        (
            "server",
            {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {"code": 1, "message": ""}},
            ": a response has a result or an error, not both",
        ),
        ("server", {"jsonrpc": "2.0", "id": 1, "result": []}, "/result: must be object, is []"),
        (
            "server",
            {"jsonrpc": "2.0", "id": 1, "error": {"code": "x", "message": ""}},
            '/error/code: must be integer, is "x"',
        ),
    ],
)
def test_what_is_wrong_with_a_message_is_named(
    revision: Revision, sender: Side, message: Any, expected: str
) -> None:
    found = [f"{p.pointer}: {p.message}" for p in message_problems(revision, sender, message)]
    assert any(text.startswith(expected) for text in found), found
    assert not is_valid_message(revision, sender, message)


@pytest.mark.parametrize("revision", REVISIONS)
def test_methods_that_a_revision_does_not_know_are_judged_by_the_envelope(
    revision: Revision,
) -> None:
    assert is_valid_message(revision, "server", {"jsonrpc": "2.0", "id": "a", "method": "x/y"})
    assert is_valid_message(revision, "client", {"jsonrpc": "2.0", "method": "x", "params": {}})
    answer = {"jsonrpc": "2.0", "id": 0, "result": {"resultType": "complete"}}
    assert is_valid_message(revision, "server", answer, "x/y")
    assert is_valid_message(revision, "server", answer)


def test_an_error_needs_the_data_that_its_code_demands() -> None:
    def error(code: int, data: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "m", "data": data}}

    def problems(revision: Revision, code: int, data: Any) -> list[str]:
        return [str(p) for p in message_problems(revision, "server", error(code, data))]

    assert problems(NEW, -32021, {"requiredCapabilities": {"sampling": {}}}) == []
    assert problems(NEW, -32021, {}) == ['/error/data: "requiredCapabilities" is missing']
    assert problems(NEW, -32022, {"requested": "x", "supported": []}) == []
    assert problems(NEW, -32022, {"requested": "x"}) == ['/error/data: "supported" is missing']
    assert problems(NEW, -32020, None) == []
    assert problems(OLD, -32042, {"elicitations": []}) == []
    assert problems(OLD, -32042, {}) == ['/error/data: "elicitations" is missing']
    assert problems(OLD, -32021, {}) == []
    assert problems(NEW, -32042, {}) == []


def test_an_error_may_come_without_an_id() -> None:
    assert is_valid_message(OLD, "server", {"jsonrpc": "2.0", "error": {"code": 1, "message": ""}})


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"resultType": "complete", "content": []}, []),
        ({"resultType": "complete"}, ['/result: "content" is missing']),
        ({"content": []}, ['/result: "resultType" is missing']),
        ({"resultType": "input_required", "requestState": "s"}, []),
        (
            {"resultType": "input_required", "requestState": 5},
            ["/result/requestState: must be string, is 5"],
        ),
        ({"resultType": "task", "taskId": "of an extension"}, []),
    ],
)
def test_result_type_says_how_an_answer_is_read(
    result: Mapping[str, Any], expected: list[str]
) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "result": result}
    assert [str(p) for p in message_problems(NEW, "server", message, "tools/call")] == expected


def test_a_task_may_answer_a_call_in_2025() -> None:
    task = {"taskId": "t", "status": "working", "createdAt": "", "lastUpdatedAt": "", "ttl": None}
    message = {"jsonrpc": "2.0", "id": 1, "result": {"task": task}}
    assert message_problems(OLD, "server", message, "tools/call") == []
    del task["ttl"]
    (found,) = message_problems(OLD, "server", message, "tools/call")
    assert str(found) == '/result/task: "ttl" is missing'


def test_an_input_request_is_no_message_of_its_own() -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "roots/list"}
    (found,) = message_problems(NEW, "server", message)
    assert found.message.startswith("roots/list belongs inside an input_required result")
    assert message_problems(OLD, "server", message) == []
