"""Values made of schemas are valid, repeatable and soon there, or it is said why not."""

import base64
import json
import subprocess
import sys
import time
from random import Random
from typing import Any

import pytest
from generated_schemas import FORMATS, SCHEMAS, TEXT, an_object
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from mcp_proof_contracts.generate import UngeneratableError, generate

SEEDS = range(50)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_value_is_valid_formats_included(name):
    schema = SCHEMAS[name]
    validator = validator_for(schema, offline=True, validate_formats=True)
    for seed in SEEDS:
        value = generate(schema, Random(seed))
        assert validator.is_valid(value), f"seed {seed}: {json.dumps(value)}"


def test_the_same_seed_gives_the_same_value_in_every_process():
    program = (
        "import json; from random import Random; from generated_schemas import SCHEMAS\n"
        "from mcp_proof_contracts.generate import generate\n"
        "print(json.dumps({name: generate(SCHEMAS[name], Random(5)) for name in SCHEMAS}))"
    )
    values = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(values) == 1
    here = {name: generate(SCHEMAS[name], Random(5)) for name in SCHEMAS}
    assert json.loads(values.pop()) == here


@pytest.mark.parametrize("name", ["flat", "formats", "nested", "oneOf", "recursive $ref", "not"])
def test_another_seed_gives_another_value(name):
    values = {json.dumps(generate(SCHEMAS[name], Random(seed))) for seed in SEEDS}
    assert len(values) > len(SEEDS) / 2


def test_members_that_may_be_left_out_are_there_sometimes_and_in_the_author_s_order():
    schema = an_object("b", c=TEXT, b=TEXT, a=TEXT)
    seen = {tuple(generate(schema, Random(seed))) for seed in SEEDS}
    assert {("b",), ("c", "b", "a")} <= seen
    assert seen <= {("b",), ("c", "b"), ("b", "a"), ("c", "b", "a")}


def test_examples_and_the_default_are_taken_now_and_then():
    schema = {"type": "string", "examples": ["Oslo", "Lima"], "default": "Rome"}
    values = [generate(schema, Random(seed)) for seed in range(200)]
    suggested = [value for value in values if value in ("Oslo", "Lima", "Rome")]
    assert set(suggested) == {"Oslo", "Lima", "Rome"}
    assert 20 < len(suggested) < 100


def test_examples_that_are_not_valid_are_never_taken():
    schema = an_object("city", city={"type": "string", "examples": [1], "default": None})
    assert all(isinstance(generate(schema, Random(s))["city"], str) for s in SEEDS)


def test_a_schema_without_type_is_taken_for_what_its_keywords_are_about():
    assert isinstance(generate({"properties": {"a": TEXT}}, Random(1)), dict)
    assert isinstance(generate({"items": TEXT}, Random(1)), list)
    assert isinstance(generate({"minimum": 3}, Random(1)), int | float)
    assert isinstance(generate({}, Random(1)), str)


def test_bytes_are_base64():
    value = generate({"type": "string", "format": "byte"}, Random(1))
    assert base64.b64decode(value, validate=True)


def test_a_schema_that_was_changed_is_a_new_schema():
    schema: dict[str, Any] = {"const": 1}
    assert generate(schema, Random(1)) == 1
    schema["const"] = 2
    assert generate(schema, Random(1)) == 2


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_that_does_not_fit_its_length_gives_way_where_it_is_an_annotation(kind):
    schema = {"type": "string", "format": kind, "maxLength": 1}
    assert len(generate(schema, Random(1))) <= 1


UNSATISFIABLE: dict[str, tuple[Any, str, str]] = {
    "nothing": (False, "", "falseSchema"),
    "no values": ({"enum": []}, "/enum", "enum"),
    "a type for another's values": ({"type": "string", "enum": [1]}, "/type", "type"),
    "bounds the wrong way round": (
        an_object("a", a={"type": "integer", "minimum": 5, "maximum": 3}),
        "/properties/a/minimum",
        "minimum",
    ),
    "no integer between": (
        {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4},
        "/type",
        "type",
    ),
    "two types": ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "/allOf/0/type", "type"),
    "behind a reference": (
        {"$ref": "#/$defs/a", "$defs": {"a": {"not": {}}}},
        "/$defs/a/not",
        "not",
    ),
    "a pattern that has no room": (
        {"type": "string", "pattern": "^a$", "minLength": 3},
        "/pattern",
        "pattern",
    ),
    "a forbidden member that is required": (
        {"type": "object", "required": ["a"], "properties": {"a": False}},
        "/properties/a",
        "falseSchema",
    ),
    "more different items than there are": (
        {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3},
        "/minItems",
        "minItems",
    ),
    "alternatives that formats do not tell apart": (
        {"oneOf": [{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}]},
        "/oneOf",
        "oneOf",
    ),
    "a value without end": (an_object("a", a={"$ref": "#"}), "/type", "type"),
}


@pytest.mark.parametrize("name", UNSATISFIABLE)
def test_the_keyword_that_no_value_keeps_is_named_with_its_pointer(name):
    schema, pointer, keyword = UNSATISFIABLE[name]
    with pytest.raises(UngeneratableError) as caught:
        generate(schema, Random(1))
    assert (caught.value.pointer, caught.value.keyword) == (pointer, keyword)
    assert f"`{keyword}` at #{pointer}: " in str(caught.value)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("two types", "No value can be valid: "),
        ("a pattern that has no room", "No valid value was found: "),
        ("a value without end", "No value can be complete: what it requires is forbidden, or "),
        ("a forbidden member that is required", "No value can be complete: what it requires is "),
    ],
)
def test_it_is_said_whether_there_is_no_value_or_none_was_found(name, verdict):
    with pytest.raises(UngeneratableError, match=f"^{verdict}"):
        generate(UNSATISFIABLE[name][0], Random(1))


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"properties": {"a": {"type": "strin"}}}, "/properties/a/type: "),
        ({"$schema": "urn:x"}, 'unknown dialect "urn:x"'),
        ({"$ref": "#/$defs/missing"}, "Pointer '/$defs/missing' does not exist"),
        ({"$ref": "http://127.0.0.1:9/schema.json"}, "Retrieval is disabled"),
    ],
)
def test_why_a_schema_cannot_be_used_is_said(schema, message):
    with pytest.raises(UngeneratableError, match="The schema cannot be used: ") as caught:
        generate(schema, Random(1))
    assert message in str(caught.value)


GREEDY: dict[str, Any] = {
    "items": {"type": "array", "minItems": 10**11},
    "items of items": {"minItems": 1000, "items": {"minItems": 1000, "items": TEXT}},
    "characters": {"type": "string", "minLength": 10**12},
    "characters of a pattern": {"type": "string", "pattern": "^(a{500}){500}$"},
    "members": {"type": "object", "minProperties": 10**9},
    "itself": an_object("a b c d", **{name: {"$ref": "#"} for name in "abcd"}),
    "alternatives": {
        "allOf": [{"anyOf": [{"required": [f"a{n}"]}, {"required": [f"b{n}"]}]} for n in range(10)],
        "type": "object",
        "maxProperties": 9,
    },
    "alternatives that exclude each other": {
        "allOf": [
            {"oneOf": [{"properties": {"x": {"pattern": f"a{n}{m}"}}} for m in range(3)]}
            for n in range(10)
        ],
        "type": "object",
    },
}


@pytest.mark.parametrize("name", GREEDY)
def test_a_schema_that_demands_too_much_is_refused_soon(name):
    started = time.process_time()
    with pytest.raises(UngeneratableError):
        generate(GREEDY[name], Random(1))
    assert time.process_time() - started < 5


def test_a_schema_that_nests_too_deeply_is_refused():
    schema: dict[str, Any] = {}
    for _ in range(100_000):
        schema = {"not": schema}
    with pytest.raises(UngeneratableError, match="nests too deeply"):
        generate(schema, Random(1))


# A schema that is written around a value has at least that value.

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-50, 50) | st.text("ab1 ", max_size=6),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from("abcd"), parts, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def schemas_around(draw: st.DrawFn, value: Any) -> dict[str, Any]:
    around = draw(st.sampled_from([_typed, _enumerated, _composed]))
    return around(draw, value)


def _typed(draw: st.DrawFn, value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"type": ["null", "boolean"]}
        case bool():
            return {"type": "boolean"}
        case int():
            low, high = draw(st.integers(0, 9)), draw(st.integers(0, 9))
            return {"type": "integer", "minimum": value - low, "exclusiveMaximum": value + high + 1}
        case str():
            more = draw(st.integers(0, 3))
            return {"type": "string", "minLength": len(value), "maxLength": len(value) + more}
        case list():
            return {
                "type": "array",
                "prefixItems": [draw(schemas_around(item)) for item in value] or [True],
                "minItems": draw(st.integers(0, len(value))),
                "items": draw(st.booleans()),
            }
        case _:
            return {
                "type": "object",
                "properties": {name: draw(schemas_around(value[name])) for name in value},
                "required": draw(
                    st.lists(st.sampled_from([*value]), unique=True) if value else st.just([])
                ),
                "maxProperties": len(value) + draw(st.integers(0, 2)),
                "additionalProperties": draw(st.booleans()),
            }


def _enumerated(draw: st.DrawFn, value: Any) -> dict[str, Any]:
    return {"enum": draw(st.permutations([value, "other"]))}


def _composed(draw: st.DrawFn, value: Any) -> dict[str, Any]:
    mine, other = draw(schemas_around(value)), draw(schemas_around(draw(VALUES)))
    return draw(
        st.sampled_from(
            [
                {"allOf": [mine, _typed(draw, value)]},
                {"anyOf": [mine, other]},
                {"if": other, "then": True, "else": mine},
                {**mine, "not": {"const": "neither"}},
            ]
        )
    )


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_a_schema_that_some_value_keeps_has_a_generated_value(data):
    value = data.draw(VALUES)
    schema = data.draw(schemas_around(value))
    for seed in range(3):
        generate(schema, Random(seed))
        generate({"$ref": "#/$defs/it", "$defs": {"it": schema}}, Random(seed))
