"""Which `x-mcp-header` annotations are wrong, and which only look so."""

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

META: Json = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
TEXT: Json = {"type": "string", "x-mcp-header": "Name"}


def outcome(rule_id: str, schema: Json) -> Outcome:
    """Judge a server that lists one tool with this input schema."""
    asked: Json = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
    listed: Json = {"tools": [{"name": "tool", "inputSchema": schema}]}
    told: Json = {"jsonrpc": "2.0", "id": 1, "result": listed}
    tape = Tape("http")
    tape.say(Sender.CLIENT, asked)
    tape.say(Sender.SERVER, told)
    return tape.outcome(rule_id, Revision.R2026_07_28)


def properties(**parameters: Json) -> Json:
    return {"type": "object", "properties": parameters}


@pytest.mark.parametrize(
    "schema",
    [
        properties(name=TEXT),
        properties(place=properties(name=TEXT)),
        properties(name={"type": ["string", "null"], "x-mcp-header": "Name"}),
        properties(name={"enum": ["a", "b"], "x-mcp-header": "Name"}),
        properties(count={"type": "integer", "x-mcp-header": "X.Count_1"}, name=TEXT),
    ],
)
def test_a_good_annotation_passes(schema: Json) -> None:
    assert outcome("xmcp-server-annotations-valid", schema) is Outcome.PASSED


@pytest.mark.parametrize(
    "schema",
    [
        properties(**{"x-mcp-header": {"type": "string"}}),
        properties(name={"type": "object", "default": {"x-mcp-header": ""}}),
        properties(name={"enum": [{"x-mcp-header": "a b"}]}),
    ],
)
def test_what_only_looks_like_an_annotation_is_none(schema: Json) -> None:
    assert outcome("xmcp-server-annotations-valid", schema) is Outcome.UNTESTED


@pytest.mark.parametrize(
    "schema",
    [
        properties(name={"type": "string", "x-mcp-header": ""}),
        properties(name={"type": "string", "x-mcp-header": "a b"}),
        properties(name={"type": "string", "x-mcp-header": "a\r\nb"}),
        properties(name={"type": "string", "x-mcp-header": True}),
        properties(name={"type": "number", "x-mcp-header": "Name"}),
        properties(name={"type": ["string", "number"], "x-mcp-header": "Name"}),
        properties(name={"type": "object", "x-mcp-header": "Name"}),
        properties(name={"type": "integer", "enum": [2**53], "x-mcp-header": "Name"}),
        properties(name=TEXT, other={"type": "string", "x-mcp-header": "nAME"}),
        properties(names={"type": "array", "items": TEXT}),
        properties(place={"oneOf": [properties(name=TEXT)]}),
        {"$defs": {"name": TEXT}, "properties": {"name": {"$ref": "#/$defs/name"}}},
        {"type": "object", "x-mcp-header": "Name"},
    ],
)
def test_a_bad_annotation_is_found(schema: Json) -> None:
    assert outcome("xmcp-server-annotations-valid", schema) is Outcome.VIOLATED


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("api_key", Outcome.VIOLATED),
        ("accessToken", Outcome.VIOLATED),
        ("Password", Outcome.VIOLATED),
        ("max_tokens", Outcome.PASSED),
        ("page_token", Outcome.PASSED),
        ("author", Outcome.PASSED),
    ],
)
def test_only_names_that_mean_a_secret_are_sensitive(name: str, expected: Outcome) -> None:
    assert outcome("xmcp-server-no-sensitive", properties(**{name: TEXT})) is expected
