"""Whatever a schema holds, it is compared within a bound, and nothing falls over."""

import time
from functools import reduce

import pytest

from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.compatibility.verdict import effect_of
from mcp_proof_contracts.surface import Surface

INTEGER, STRING = {"type": "integer"}, {"type": "string"}
SECONDS = 20


def nested(levels):
    return reduce(
        lambda inner, _: {"type": "object", "properties": {"a": inner}}, range(levels), {}
    )


def chain(length):
    links = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(length)}
    return {"type": "object", "$defs": {**links, f"d{length}": INTEGER}, "$ref": "#/$defs/d0"}


def bomb(doublings):
    def node(i):
        properties = {name: {"$ref": f"#/$defs/d{i + 1}"} for name in "ab"}
        return {"type": "object", "properties": properties}

    nodes = {f"d{i}": node(i) for i in range(doublings)}
    return {"type": "object", "$defs": {**nodes, f"d{doublings}": INTEGER}, "$ref": "#/$defs/d0"}


def choices(count):
    pairs = [[{"required": [f"p{i}"]}, {"required": [f"q{i}"]}] for i in range(count)]
    return {"type": "object", "allOf": [{"anyOf": pair} for pair in pairs]}


def conditions(count):
    parts = [{"if": {"required": [f"p{i}"]}, "then": {"required": [f"q{i}"]}} for i in range(count)]
    return {"type": "object", "allOf": parts}


def overlapping(count):
    names = [f"p{i}" for i in range(count)]
    return {
        "type": "object",
        "oneOf": [{"properties": {n: INTEGER}, "required": [n]} for n in names],
    }


def member(schema):
    return {"type": "object", "properties": {"a": schema}}


HOSTILE = {
    "nested a hundred thousand levels deep": nested(100_000),
    "nested as deep as is read": nested(95),
    "a chain of twenty thousand references": chain(20_000),
    "a chain of references that is read": chain(250),
    "a circle": {"type": "object", "$defs": {"a": {"$ref": "#/$defs/b"},
         "b": {"$ref": "#/$defs/a"}},
                 "$ref": "#/$defs/a"},
    "itself": {"type": "object", "allOf": [{"$ref": "#"}]},
    "itself within itself": {"type": "object", "properties": {"a": {"$ref": "#"}}},
    "a value of two to the fortieth parts": bomb(40),
    "two to the fortieth alternatives": choices(40),
    "two to the seventh alternatives": choices(7),
    "forty conditions": conditions(40),
    "four hundred overlapping alternatives": overlapping(400),
    "fifty thousand members": {"type": "object",
         "properties": {f"p{i}": STRING for i in range(50_000)}},
    "an enum of a hundred thousand": member({"enum": [*range(100_000)]}),
    "an enum of four thousand": member({"enum": [f"v{i}" for i in range(4_000)]}),
    "a pattern that backtracks": member({"type": "string", "pattern": "^(a+)+$"}),
    "a pattern that cannot be compiled": member({"type": "string", "pattern": "(["}),
    "a pattern of a million states": member({"type": "string", "pattern": "^((a{99}){99}){99}$"}),
    "a list of a billion": member({"type": "array", "minItems": 10**9, "uniqueItems": True}),
    "a text of a billion": member({"type": "string", "minLength": 10**9}),
    "a number of four hundred digits": member({"type": "integer", "minimum": 10**400}),
    "a divisor that hardly is one": member({"type": "number", "multipleOf": 1e-300}),
    "no schema": member({"type": 7}),
    "a list": [],
    "nothing": None,
    "false": False,
    "a reference that is none": member({"$ref": 7}),
    "a reference to nowhere": member({"$ref": "#/$defs/missing"}),
    "a reference to a file": member({"$ref": "file:///etc/passwd"}),
    "a reference to the network": member({"$ref": "http://127.0.0.1:1/schema"}),
    "names that are pointers": member({"type": "object", "properties": {"~1/~0": STRING,
         "": STRING}}),
    "half a character": member({"enum": ["\ud800"]}),
}  # fmt: skip


def surface(schema):
    return Surface(tools={"t": {"name": "t", "inputSchema": schema, "outputSchema": schema}})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_is_compared_within_a_bound(name):
    plain = {"type": "object", "properties": {"a": INTEGER}, "required": ["a"]}
    started = time.monotonic()

    there = compare(surface(plain), surface(HOSTILE[name]))
    back = compare(surface(HOSTILE[name]), surface(plain))

    assert time.monotonic() - started < SECONDS
    assert effect_of(there).value != "compatible"
    assert effect_of(back).value != "compatible"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_that_did_not_change_is_no_change(name):
    again = surface(HOSTILE[name])

    assert compare(surface(HOSTILE[name]), again) == []


@pytest.mark.parametrize(
    "name", ["a chain of twenty thousand references", "fifty thousand members"]
)
def test_what_is_too_large_to_be_compared_is_unknown_and_says_so(name):
    (change, *_) = compare(surface({"type": "object"}), surface(HOSTILE[name]))

    assert change.effect.value == "unknown"
    assert "of the new schema, it has more than" in change.why


def many(count, schema):
    return {"type": "object", "properties": {f"p{i}": dict(schema) for i in range(count)}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (many(1500, INTEGER), many(1500, {"type": "number"})),
        (many(30, {**STRING, "pattern": "^a+$"}), many(30, {**STRING, "pattern": "^(a)+$"})),
    ],
    ids=["fifteen hundred types", "thirty patterns"],
)
def test_a_schema_with_many_changes_is_compared_within_a_bound(old, new):
    started = time.process_time()

    assert compare(surface(old), surface(new))

    assert time.process_time() - started < 2 * SECONDS
