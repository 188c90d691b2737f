"""Schemas that are hostile themselves: a clear message, in bounded time, without the network."""

import socket
import time
from typing import Any

import pytest

from mcp_proof.fuzz.generation import Generator, Validity
from mcp_proof.fuzz.generation.backtracking import may_explode

BOUND = 5.0
"""Seconds for one schema, however hostile, on a busy machine."""


def requiring(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def branching(count: int) -> dict[str, Any]:
    pairs = [{"anyOf": [{"required": [f"a{n}"]}, {"required": [f"b{n}"]}]} for n in range(count)]
    return {"type": "object", "allOf": pairs}


CIRCLE = "its references lead in a circle, so that it says nothing"
NOTHING = "Nothing can be generated from it; only the examples given for the tool are tried."
UNUSABLE: dict[str, tuple[Any, str]] = {
    "another document": (
        requiring(a={"$ref": "http://127.0.0.1:9/x.json"}),
        "#/properties/a/$ref: http://127.0.0.1:9/x.json is another document, and none is fetched",
    ),
    "a file": (
        requiring(a={"$ref": "file:///etc/passwd"}),
        "#/properties/a/$ref: file:///etc/passwd is another document, and none is fetched",
    ),
    "a reference to nothing": (
        requiring(a={"$ref": "#/$defs/no"}),
        "#/properties/a/$ref: cannot be used: Pointer '/$defs/no' does not exist",
    ),
    "itself": ({"$ref": "#"}, f"#: {CIRCLE}"),
    "two that refer to each other": (
        {
            **requiring(x={"$ref": "#/$defs/a"}),
            "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}},
        },
        f"#/properties/x: {CIRCLE}",
    ),
    "itself in allOf": ({"type": "object", "allOf": [{"$ref": "#"}]}, f"#/allOf/0: {CIRCLE}"),
    "10 000 levels": (nested(10_000), "#/properties/a/properties: nests deeper than 200 levels"),
    "properties as a list": (
        {"type": "object", "properties": []},
        '#: cannot be used: /properties: [] is not of type "object"',
    ),
    "a pattern too large": (
        requiring(a={"pattern": "^a{0,10000000}$"}),
        '#: cannot be used: /properties/a/pattern: "^a{0,10000000}$" is not a "regex"',
    ),
    "no schema": ("object", "#: cannot be used: "),
    "an unknown dialect": (
        {"$schema": "http://example.com/x"},
        '#: cannot be used: unknown dialect "http://example.com/x"',
    ),
}
EXPLOSIVE = (
    "can take exponential time where patterns are matched by backtracking, so that one text can "
    "stop a server. Still tested: values that are made and judged without backtracking, none by "
    "Schemathesis."
)
HAMPERED: dict[str, tuple[Any, str]] = {
    "an exponential pattern": (
        requiring(a={"type": "string", "pattern": "^(a+)+$"}),
        f"input schema, #/properties/a/pattern: ^(a+)+$ {EXPLOSIVE}",
    ),
    "5 MB": (
        requiring(**{f"p{n}": {"type": "string", "description": "x" * 400} for n in range(11_000)})
        | {"required": ["p1"]},
        (
            "input schema, #: has 11002 objects, more than the 3000 that are explored. "
            "Still tested: the boundary cases of small arguments."
        ),
    ),
    "many alternatives": (
        branching(18),
        (
            "input schema, #: its alternatives (allOf of anyOf, oneOf or if) have more "
            "combinations than can be written out. Still tested: values that are made one branch "
            "at a time, none by Schemathesis."
        ),
    ),
    "a long text": (
        requiring(a={"type": "string", "minLength": 5000}),
        (
            "input schema, #/properties/a/minLength: 5000 are more than the 2000 that are varied. "
            "Still tested: values that are made without Schemathesis."
        ),
    ),
}
UNSATISFIABLE: dict[str, tuple[Any, str]] = {
    "false": (
        False,
        (
            "No value can be complete: what it requires is forbidden, or requires itself: the last "
            "try broke `falseSchema` at #: False schema does not allow null"
        ),
    ),
    "no object": ({"type": "string"}, "No arguments can be valid, for they are objects"),
    "bounds the wrong way round": (
        requiring(a={"type": "integer", "minimum": 5, "maximum": 3}),
        (
            "No value can be valid: the last try broke `minimum` at #/properties/a/minimum: 4 is "
            "less than the minimum of 5"
        ),
    ),
    "a value without end": (
        requiring(a={"$ref": "#"}),
        (
            "No value can be complete: what it requires is forbidden, or requires itself: the last "
            'try broke `type` at #/type: null is not of type "object"'
        ),
    ),
}


@pytest.fixture(autouse=True)
def _bounded_and_offline(monkeypatch):
    def refuse(*_: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    started = time.monotonic()
    yield
    assert time.monotonic() - started < BOUND


@pytest.mark.parametrize("name", UNUSABLE)
def test_of_a_schema_without_verdicts_nothing_is_generated(name):
    schema, problem = UNUSABLE[name]
    generator = Generator("tool", schema)
    assert str(generator.problem).startswith(f"input schema, {problem}")
    assert str(generator.problem).endswith(NOTHING)
    assert list(generator.boundaries()) == []
    assert generator.positive().is_empty
    assert generator.negative().is_empty
    assert generator.verdict({}) is Validity.UNJUDGED


@pytest.mark.parametrize("name", HAMPERED)
def test_what_cannot_be_explored_in_full_is_still_tested(name, drawn):
    schema, problem = HAMPERED[name]
    generator = Generator("tool", schema)
    assert generator.problem == problem
    verdicts = {generator.verdict(case) for case in generator.boundaries()}
    assert {Validity.VALID, Validity.INVALID} <= verdicts
    assert {generator.verdict(case) for case in drawn(generator.positive())} == {Validity.VALID}
    assert {generator.verdict(case) for case in drawn(generator.negative())} == {Validity.INVALID}


@pytest.mark.parametrize("name", UNSATISFIABLE)
def test_where_nothing_is_valid_it_is_said_why(name, drawn):
    schema, problem = UNSATISFIABLE[name]
    generator = Generator("tool", schema)
    rest = "Still tested: arguments that the schema forbids."
    assert generator.problem == f"input schema: {problem}. {rest}"
    assert list(generator.boundaries()) == [{}]
    assert generator.positive().is_empty
    assert {generator.verdict(case) for case in drawn(generator.negative())} == {Validity.INVALID}


EXPONENTIAL = [
    *(r"(a+)+$", r"^(a|a)*$", r"^(a|aa)+$", r"(\w+\s?)*$", r"^(.*,)*$", r"^([a-z]+)*-$"),
    *(r"^((a*)b?)*$", r"^(?=(a+)+$)a", r"(\d+|[a-z0-9]+)+x", r"(x+x+)+y", r"^(a?){30,}a$"),
]
HARMLESS = [
    *(r"^[a-z]+(-[a-z]+)*$", r"^(foo|ba[rz])+$", r"^([a-z]+\.)+[a-z]{2,}$", r"^\p{L}+$"),
    *(r"^(?=.*[A-Z])(?=.*\d).{8,}$", r"^(\d{1,3}\.){3}\d{1,3}$", r"^[^\s@]+@[^\s@]+\.[^\s@]+$"),
    *(r"^\s*(\w+)(\s*,\s*\w+)*\s*$", r"^v?\d+(\.\d+)*(-[0-9A-Za-z.-]+)?$", r"^([a-zA-Z]|\d)*$"),
    *(r"^([0-9]+(ns|us|ms|s|m|h))+$", r"^(\/[^/]+)*$", r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Z]{2}==)?$"),
]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_a_repetition_of_what_repeats_the_same_is_recognised(pattern):
    assert may_explode(pattern)


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_repetition_whose_rounds_can_be_told_apart_is_harmless(pattern):
    assert not may_explode(pattern)
