"""What the composed definitions hold together, and their verdicts on parts of messages."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mcp_proof_contracts import schema_layers
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.revision import LATEST, LATEST_STATEFUL, REVISIONS, Revision
from mcp_proof_contracts.schema import (
    Problem,
    definitions,
    is_base64,
    is_valid,
    notification,
    problems,
    request,
)
from mcp_proof_contracts.schema_layers import composed, merge_patch

OLD, NEW = LATEST_STATEFUL, LATEST
EACH = pytest.mark.parametrize("revision", REVISIONS)
FILES = sorted((Path(schema_layers.__file__).parent / "schemas").glob("*.json"))
LAYERS: Mapping[str, Any] = {file.stem: json.loads(file.read_text()) for file in FILES}


def references(schema: Any) -> Iterator[str]:
    """The names of all definitions that a schema refers to."""
    for pointer in re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema)):
        assert pointer.startswith("#/$defs/"), pointer
        yield pointer_steps(pointer)[-1]


@EACH
def test_every_definition_referred_to_exists(revision: Revision) -> None:
    known = definitions(revision)
    assert {name for schema in known.values() for name in references(schema)} <= known.keys()


@EACH
def test_every_definition_compiles(revision: Revision) -> None:
    for name in definitions(revision):
        assert is_valid(revision, name, 5) in (True, False)


@EACH
def test_every_row_of_the_tables_names_definitions_that_exist(revision: Revision) -> None:
    tables = composed(revision)
    known = definitions(revision)
    for row in (*tables.requests.values(), *tables.notifications.values()):
        assert row.params in known
        assert row.result is None or row.result in known


@EACH
def test_params_may_be_left_out_only_where_nothing_in_them_is_required(revision: Revision) -> None:
    tables = composed(revision)
    for row in (*tables.requests.values(), *tables.notifications.values()):
        if not row.params_required:
            assert is_valid(revision, row.params, {}), row.method


def beneath(layer: Mapping[str, Any]) -> Any:
    """All that the layers beneath a layer state together."""
    stated: Any = {}
    for other in layer.get("extends", ()):
        lower = LAYERS[other]
        stated = merge_patch(merge_patch(stated, beneath(lower)), lower)
    return stated


def idle(stated: Any, patch: Mapping[str, Any], path: str) -> Iterator[str]:
    """The places where a patch says what is so without it: a value stated, a removal of nothing."""
    members = stated if isinstance(stated, Mapping) else {}
    for name, value in patch.items():
        if isinstance(value, Mapping) and name in members:
            yield from idle(members[name], value, f"{path}/{name}")
        elif value == members.get(name):
            yield f"{path}/{name}"


@pytest.mark.parametrize("name", LAYERS)
def test_no_layer_states_what_the_layers_beneath_it_state_alike(name: str) -> None:
    layer = LAYERS[name]
    patch = {kind: layer.get(kind, {}) for kind in ("$defs", "requests", "notifications")}
    assert list(idle(beneath(layer), patch, "")) == []


def test_an_idle_patch_would_be_seen() -> None:
    stated = {"a": {"b": 1, "c": 2}, "d": {}}
    assert list(idle(stated, {"a": {"b": 1, "c": 3}, "e": None}, "")) == ["/a/b", "/e"]


def test_a_merge_patch_replaces_removes_and_descends() -> None:
    base = {"a": 1, "b": {"c": 1, "d": 2}, "e": [1]}
    patch = {"a": None, "b": {"c": 3}, "e": [2], "f": {"g": None}}
    assert merge_patch(base, patch) == {"b": {"c": 3, "d": 2}, "e": [2], "f": {}}


def test_an_unknown_definition_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError, match="2025-11-25 has no definition 'Nonsense'"):
        is_valid(OLD, "Nonsense", {})


def test_the_tables_say_who_sends_what_with_which_definitions() -> None:
    row = request(OLD, "tools/call")
    assert row is not None
    assert (row.sender, row.params, row.params_required, row.result) == (
        "client",
        "CallToolParams",
        True,
        "CallToolAnswer",
    )
    assert request(OLD, "server/discover") is None
    assert request(NEW, "initialize") is None
    asked = request(NEW, "elicitation/create")
    assert asked is not None
    assert asked.sender == "input"
    said = notification(OLD, "notifications/progress")
    assert said is not None
    assert (said.sender, said.result) == ("both", None)


@pytest.mark.parametrize("revision", [Revision.R2025_06_18, OLD, NEW])
@pytest.mark.parametrize("number", [2, 2.5, -0.25])
def test_a_form_may_be_answered_with_any_number(revision: Revision, number: float) -> None:
    """The published schemas say integer, against schema.ts and the number fields of a form."""
    answer = {"action": "accept", "content": {"degrees": number}}
    assert is_valid(revision, "ElicitResult", answer)


def test_settings_of_capabilities_may_be_any_json() -> None:
    """The published schema of 2026-07-28 lacks null and fractions, which schema.ts has."""
    capabilities = {"experimental": {"x": {"a": None, "b": 1.5, "c": [None]}}}
    assert is_valid(NEW, "ClientCapabilities", capabilities)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", True),
        ("YQ==", True),
        ("YWI=", True),
        ("YWJj", True),
        ("+/+/", True),
        ("YQ", False),
        ("YQ=", False),
        ("YQ===", False),
        ("YWJj=", False),
        ("YQ==YQ==", False),
        ("_-8=", False),
        ("YQ==\n", False),
        ("YW Jj", False),
        ("YWJé", False),
    ],
)
def test_base64_is_the_standard_alphabet_with_padding(text: str, verdict: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert is_base64(text) is verdict
    image = {"type": "image", "data": text, "mimeType": "image/png"}
    assert is_valid(OLD, "ContentBlock", image) is verdict


@EACH
@pytest.mark.parametrize(
    ("definition", "value", "member"),
    [
        ("Root", {"uri": "file:///a"}, "uri"),
        ("ResourceTemplate", {"name": "a", "uriTemplate": "file:///{path}"}, "uriTemplate"),
    ],
)
def test_formats_are_checked(
    revision: Revision, definition: str, value: Mapping[str, Any], member: str
) -> None:
    assert is_valid(revision, definition, value)
    assert not is_valid(revision, definition, {**value, member: "not a {uri"})


@pytest.mark.parametrize("revision", [OLD, NEW])
def test_the_address_of_an_icon_is_a_uri(revision: Revision) -> None:
    assert is_valid(revision, "Icon", {"src": "data:image/png;base64,AA=="})
    assert not is_valid(revision, "Icon", {"src": "not a {uri"})


def test_completions_are_limited_to_a_hundred_values_from_2026_on() -> None:
    result = {"completion": {"values": ["a"] * 101}, "resultType": "complete"}
    assert is_valid(OLD, "CompleteResult", result)
    assert problems(NEW, "CompleteResult", result)[0].pointer == "/completion/values"


def test_a_pointer_escapes_what_rfc_6901_escapes() -> None:
    meta = {"io.modelcontextprotocol/protocolVersion": 5}
    found = problems(NEW, "RequestMeta", meta)
    assert (
        Problem(pointer="/io.modelcontextprotocol~1protocolVersion", message="must be string, is 5")
        in found
    )


@pytest.mark.parametrize(
    ("definition", "value", "expected"),
    [
        ("ContentBlock", {"type": "text"}, ': "text" is missing'),
        ("ContentBlock", {"type": "text", "text": 5}, "/text: must be string, is 5"),
        (
            "ContentBlock",
            {"type": "audio", "data": "?", "mimeType": "a"},
            '/data: is not Base64: "?"',
        ),
        (
            "ContentBlock",
            {"type": "resource", "resource": {"text": ""}},
            '/resource: "uri" is missing',
        ),
        (
            "ContentBlock",
            {"type": "vidoe"},
            '/type: must be "text", "image", "audio", "resource_link" or "resource", is "vidoe"',
        ),
        ("ContentBlock", 5, ": must be object, is 5"),
        ("SamplingContent", 5, ": must be object or array, is 5"),
        ("SamplingContent", [{"type": "text"}], '/0: "text" is missing'),
        ("ElicitParams", {"mode": "url", "message": "m"}, ': "url" is missing'),
        (
            "AnyInputRequest",
            {"method": "sampling/createMessage", "params": {"messages": [], "maxTokens": 1.5}},
            "/params/maxTokens: must be integer, is 1.5",
        ),
        (
            "AnyInputResponse",
            {"action": "acept"},
            '/action: must be "accept", "decline" or "cancel"',
        ),
        ("AnyField", {"type": "string", "format": "x"}, '/format: must be "email", "uri", "date"'),
        ("AnyField", {"type": "array", "items": {"enum": 5, "type": "string"}}, "/items/enum"),
        ("Annotations", {"priority": 2}, "/priority: is beyond the maximum of 1: 2"),
    ],
)
def test_a_failed_union_is_explained_by_the_alternative_that_was_meant(
    definition: str, value: Any, expected: str
) -> None:
    found = [
        f"{problem.pointer}: {problem.message}" for problem in problems(NEW, definition, value)
    ]
    assert any(text.startswith(expected) for text in found), found


def test_a_long_value_is_cut_in_the_message() -> None:
    (found,) = problems(NEW, "ContentBlock", {"type": "text", "text": ["a" * 10_000]})
    assert len(found.message) < 100
