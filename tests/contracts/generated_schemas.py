"""Schemas to make values of: the kinds that tools use, and one per keyword that is hard to keep."""

from typing import Any

DRAFT_07 = "http://json-schema.org/draft-07/schema#"
DRAFT_04 = "http://json-schema.org/draft-04/schema#"


def an_object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "number"}
INTEGER: dict[str, Any] = {"type": "integer"}

_FORMATS = """
date date-time time duration email hostname idn-email idn-hostname ipv4 ipv6 iri iri-reference
json-pointer regex relative-json-pointer uri uri-reference uri-template uuid
"""
FORMATS = _FORMATS.split()

ORDINARY: dict[str, Any] = {
    "flat": an_object("name age", name=TEXT, age=INTEGER, ok={"type": "boolean"}),
    "bounded": an_object(
        "name age score",
        name={"type": "string", "minLength": 3, "maxLength": 20},
        age={"type": "integer", "minimum": 0, "maximum": 150},
        score={"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    ),
    "enum and const": an_object("unit kind", unit={"enum": ["C", "F", None]}, kind={"const": 3}),
    "unique items": {
        "type": "array",
        "items": {"type": "integer", "minimum": 0, "maximum": 9},
        "uniqueItems": True,
        "minItems": 4,
        "maxItems": 8,
    },
    "formats": an_object(
        " ".join(FORMATS), **{f: {"type": "string", "format": f} for f in FORMATS}
    ),
    "patterns": an_object(
        "id word",
        id={"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
        word={"type": "string", "pattern": "(foo|ba[rz])+"},
    ),
    "nested": an_object(
        "a", a=an_object("b", b={"type": "array", "items": an_object("c", c=TEXT, d=NUMBER)})
    ),
    "oneOf": {
        "oneOf": [
            an_object("kind radius", kind={"const": "circle"}, radius=NUMBER),
            an_object("kind side", kind={"const": "square"}, side=NUMBER),
        ]
    },
    "$ref": {
        **an_object("from to", **{"from": {"$ref": "#/$defs/point"}, "to": {"$ref": "#there"}}),
        "$defs": {
            "point": an_object("x y", x=NUMBER, y=NUMBER),
            "other": {"$anchor": "there", **an_object("x", x=INTEGER)},
        },
    },
    "recursive $ref": {
        "$ref": "#/$defs/node",
        "$defs": {
            "node": an_object(
                "value",
                value=INTEGER,
                children={"type": "array", "items": {"$ref": "#/$defs/node"}},
            )
        },
    },
}

HARD: dict[str, Any] = {
    "anything": True,
    "several types": {"type": ["string", "integer", "null"], "minLength": 3, "minimum": 4},
    "prefixItems": {
        "type": "array",
        "prefixItems": [TEXT, INTEGER],
        "items": {"type": "boolean"},
        "minItems": 3,
    },
    "recursive #": an_object("", **{str(n): {"$ref": "#"} for n in range(16)}),
    "a list that ends with null": an_object(
        "next", next={"anyOf": [{"$ref": "#"}, {"type": "null"}]}
    ),
    "deep": None,
    "any letter": {"type": "string", "pattern": r"^\p{L}+$"},
    "letters of one script": {"type": "string", "pattern": r"^\p{Script=Greek}{2,5}$"},
    "digits": {"type": "string", "pattern": r"^\d{3,}$"},
    "look ahead": {
        "type": "string",
        "pattern": r"^(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s]).{8,}$",
        "maxLength": 20,
    },
    "look ahead for a word": {"type": "string", "pattern": r"^(?=.*foo)(?!bar)\w+$"},
    "back reference": {"type": "string", "pattern": r"""^(['"])[a-z]*\1$"""},
    "escapes": {"type": "string", "pattern": r"^(?<a>\.\t\u00e9)[^\]a-z][\]\-]|\bx\B\S+?$"},
    "pattern and length": {
        "type": "string",
        "pattern": "^[a-z]+$",
        "minLength": 30,
        "maxLength": 32,
    },
    "pattern and format": {"type": "string", "format": "date", "pattern": "^202[0-9]-0[1-3]"},
    "length": {"type": "string", "minLength": 70, "maxLength": 71},
    "unevaluatedProperties": {
        **an_object("", a=TEXT),
        "allOf": [an_object("b", b=INTEGER)],
        "unevaluatedProperties": False,
        "minProperties": 2,
    },
    "dependentRequired": {**an_object("", a=TEXT, b=TEXT), "dependentRequired": {"a": ["c"]}},
    "dependentSchemas": {
        **an_object("a", a=TEXT, b=TEXT),
        "dependentSchemas": {"a": an_object("b", b={"maxLength": 2})},
    },
    "minContains": {
        "type": "array",
        "items": {"type": "integer", "multipleOf": 2},
        "contains": {"multipleOf": 3},
        "minContains": 2,
        "maxContains": 2,
        "minItems": 5,
    },
    "two contains": {"type": "array", "allOf": [{"contains": {"const": 1}}, {"contains": TEXT}]},
    "$dynamicRef": {
        "$id": "https://example.com/tree",
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {
            "data": TEXT,
            "children": {"type": "array", "items": {"$dynamicRef": "#node"}},
        },
        "required": ["children"],
    },
    "cents": {"type": "number", "multipleOf": 0.01, "minimum": 0.1, "maximum": 99.99},
    "a narrow interval": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e-9},
    "only a maximum": an_object("a b", a={"type": "integer", "maximum": -7}, b={"maximum": 0.5}),
    "uuid": {"type": "string", "format": "uuid"},
    "allOf": {
        "allOf": [
            an_object(
                "n s", n={"type": "number", "minimum": 3, "multipleOf": 0.5}, s={"pattern": "a"}
            ),
            an_object(
                "n s", n={"maximum": 9, "multipleOf": 0.75}, s={"type": "string", "pattern": "b"}
            ),
        ]
    },
    "one of several members": {
        **an_object("", a=TEXT, b=TEXT, c=TEXT),
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}],
    },
    "not": {
        **an_object(
            "n w", n={"type": "number", "not": INTEGER}, w={"not": {"enum": ["amber"]}}, x={}
        ),
        "not": {"required": ["x"]},
    },
    "not, of nothing else": {"not": {"type": ["string", "null", "boolean"]}},
    "not, of bounds": an_object(
        "n s a",
        n={"type": "integer", "not": {"minimum": -5}},
        s={"type": "string", "not": {"maxLength": 60}},
        a={"type": "array", "not": {"maxItems": 7}},
    ),
    "not, of everything an array can hold": {"contains": False},
    "the meta-schema": {"$ref": "https://json-schema.org/draft/2020-12/schema"},
    "a large number": {"minimum": -(2**64) + 1},
    "cases": {
        **an_object("kind", kind={"enum": list(range(12))}),
        "allOf": [
            {"if": an_object("kind", kind={"const": n}), "then": {"required": [f"part{n}"]}}
            for n in range(12)
        ],
    },
    "if without a kind": {
        "if": {"type": "integer"},
        "then": {"minimum": 5},
        "else": {"minLength": 50},
    },
    "a map": {
        "type": "object",
        "propertyNames": {"pattern": "^[a-z]{3}$"},
        "patternProperties": {"^a": INTEGER},
        "additionalProperties": {"type": "boolean"},
        "minProperties": 5,
    },
    "a closed object": {
        **an_object("a", a=TEXT, b=False),
        "patternProperties": {r"^x-\d$": NUMBER},
        "additionalProperties": False,
        "minProperties": 3,
        "maxProperties": 3,
    },
    "a map whose names begin alike": {
        "type": "object",
        "patternProperties": {"^x-": INTEGER},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "all of several maps": {
        "type": "object",
        "required": ["a1"],
        "allOf": [
            {"patternProperties": {"^a": INTEGER}, "dependentRequired": {"a1": ["b"]}},
            {"patternProperties": {"^a": {"minimum": 200}}, "dependentRequired": {"a1": ["c"]}},
        ],
    },
    "all of several tuples, draft-07": {
        "$schema": DRAFT_07,
        "allOf": [
            {"type": "array", "items": [TEXT], "minItems": 2},
            {"items": [{"minLength": 50}, INTEGER]},
        ],
    },
    "draft-07": {
        "$schema": DRAFT_07,
        "type": "array",
        "items": [TEXT, {"$ref": "#/definitions/code"}],
        "additionalItems": False,
        "minItems": 2,
        "definitions": {
            "code": {
                **an_object("a", a=TEXT),
                "dependencies": {"a": ["b"], "b": {"required": ["c"]}},
            }
        },
    },
    "draft-07 content": {
        "$schema": DRAFT_07,
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "application/json",
    },
    "draft-04": {
        "$schema": DRAFT_04,
        "type": "number",
        "minimum": 3,
        "exclusiveMinimum": True,
        "maximum": 3.02,
    },
}
HARD["deep"] = TEXT
for _ in range(60):
    HARD["deep"] = an_object("a", a=HARD["deep"])

SCHEMAS = ORDINARY | HARD
