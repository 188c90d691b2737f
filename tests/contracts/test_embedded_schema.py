"""A tool's schema in an OpenAPI document: it means what it meant alone, or is refused."""

import pytest

from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError, embedded_schema
from mcp_proof_contracts.tool_schema import DEFAULT_DIALECT, instance_check

AT = "#/components/schemas/a"
DRAFT_07 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"


def embedded(schema):
    return embedded_schema(schema, AT)


def alone(schema):
    """The embedded schema where it stands, as one that can be judged by."""
    document = {"components": {"schemas": {"a": embedded(schema)}}}
    return {"$schema": DEFAULT_DIALECT, "$ref": AT, **document}


TREE = {
    "$schema": DEFAULT_DIALECT,
    "type": "object",
    "properties": {"value": {"type": "integer"}, "children": {"$ref": "#/$defs/some"}},
    "$defs": {"some": {"type": "array", "items": {"$ref": "#"}}},
}
ANCHORED = {
    "type": "object",
    "properties": {"at": {"$ref": "#place"}, "to": {"$ref": "https://a.example/b#place"}},
    "$defs": {"place": {"$anchor": "place", "type": "string"}},
    "$id": "https://a.example/b",
}
DYNAMIC = {
    "$dynamicAnchor": "node",
    "type": "object",
    "properties": {"next": {"$dynamicRef": "#node"}},
    "required": ["id"],
}
NAMED_IN_DRAFT_07 = {
    "$schema": DRAFT_07,
    "properties": {"at": {"$ref": "#place"}},
    "definitions": {"p": {"$id": "#place", "type": "string"}},
}
TUPLE = {
    "$schema": DRAFT_2019,
    "properties": {"pair": {"items": [{"type": "string"}, {"type": "integer"}]}},
}
CLOSED_TUPLE = {
    "$schema": DRAFT_07,
    "properties": {"pair": {"items": [{"type": "string"}], "additionalItems": False}},
}
OPEN_LIST = {
    "$schema": DRAFT_07,
    "properties": {"all": {"items": {"type": "string"}, "additionalItems": False}},
}
DEPENDENT = {"$schema": DRAFT_07, "dependencies": {"a": ["b"], "c": {"required": ["d"]}}}
BESIDE = {
    "$schema": DRAFT_07,
    "properties": {"a": {"$ref": "#/definitions/x", "maxLength": 1}},
    "definitions": {"x": {"type": "string"}},
}
LATER = {"$schema": DRAFT_07, "properties": {"a": {}}, "unevaluatedProperties": False}
RECURSIVE = {
    "$schema": DRAFT_2019,
    "$recursiveAnchor": True,
    "properties": {"next": {"$recursiveRef": "#"}},
    "required": ["id"],
}
DATA = {"properties": {"a": {"const": {"$ref": "#/no/schema"}}, "$ref": {"type": "string"}}}
ESCAPED = {
    "properties": {"a": {"$ref": "#/$defs/x~1y%25"}},
    "$defs": {"x/y%": {"type": "string"}},
}


@pytest.mark.parametrize(
    ("schema", "allowed", "refused"),
    [
        (TREE, {"value": 1, "children": [{"value": 2}]}, {"children": [{"value": "two"}]}),
        (ANCHORED, {"at": "here", "to": "there"}, {"to": 1}),
        (DYNAMIC, {"id": 1, "next": {"id": 2}}, {"id": 1, "next": {}}),
        (NAMED_IN_DRAFT_07, {"at": "here"}, {"at": 1}),
        (TUPLE, {"pair": ["a", 1, None]}, {"pair": ["a", "b"]}),
        (CLOSED_TUPLE, {"pair": ["a"]}, {"pair": ["a", 1]}),
        (OPEN_LIST, {"all": ["a", "b"]}, {"all": [1]}),
        (DEPENDENT, {"a": 1, "b": 2}, {"a": 1}),
        (DEPENDENT, {"c": 1, "d": 2}, {"c": 1}),
        (BESIDE, {"a": "longer than one"}, {"a": 1}),
        (LATER, {"b": 1}, None),
        (RECURSIVE, {"id": 1, "next": {"id": 2}}, {"id": 1, "next": {}}),
        (DATA, {"a": {"$ref": "#/no/schema"}}, {"a": {"$ref": f"{AT}/no/schema"}}),
        (DATA, {"$ref": "text"}, {"$ref": 1}),
        (ESCAPED, {"a": "text"}, {"a": 1}),
        ({"properties": {"a": False}}, {}, {"a": 1}),
    ],
)
def test_a_schema_allows_in_a_document_what_it_allows_alone(schema, allowed, refused):
    here, there = instance_check(schema), instance_check(alone(schema))
    assert here(allowed)
    assert there(allowed)
    if refused is not None:
        assert not here(refused)
        assert not there(refused)


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "int"}, "int"),
        ({"$schema": "https://a.example/own"}, "unknown dialect"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "draft-04"),
        ({"properties": {"a": {"$id": "https://a.example/b"}}}, "holds another document"),
        ({"properties": {"a": {"$ref": "https://a.example/b"}}}, r"https://a\.example/b"),
    ],
)
def test_a_schema_that_cannot_stand_in_a_document_is_refused_with_the_reason(schema, why):
    with pytest.raises(UnembeddableError, match=why):
        embedded(schema)


def test_what_belongs_to_a_schema_alone_is_left_out():
    assert embedded({"$schema": DRAFT_07, "$id": "https://a.example", "type": "object"}) == {
        "type": "object"
    }
