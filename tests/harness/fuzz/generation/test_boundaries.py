"""The boundary table: what it holds for which schema, and in which order."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from mcp_proof.fuzz.generation import CANARIES, Choices, Generator, Validity

TREE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#"}},
    },
    "required": ["name"],
    "additionalProperties": False,
}


def table(name: str = "a", /, **said: Any) -> list[Any]:
    """The values that the table tries for one required property."""
    schema = {"type": "object", "properties": {name: said}, "required": [name]}
    return [case[name] for case in Generator("tool", schema).boundaries() if name in case]


def texts(values: list[Any]) -> list[str]:
    return [json.dumps(value) for value in values]


TABLE: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "bounds": (
        {"type": "integer", "minimum": 3, "maximum": 9},
        [2, 3, 4, 8, 9, 10, 3.5, None, "3", True, 0, -1, 2**31, 2**63, -(2**63) - 1, 1e308, -0.0],
    ),
    "exclusive bounds": (
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        [0, -1, 1, 2, 5e-324 * -1],
    ),
    "steps": ({"type": "integer", "multipleOf": 5, "minimum": 5}, [5, 10, 6]),
    "lengths": (
        {"type": "string", "minLength": 3, "maxLength": 5},
        ["", "a", "x" * 65536, None, 1, True, [], {}],
    ),
    "texts": (
        {"type": "string"},
        ["", "\N{GRINNING FACE}", "a\x00b", '"', "'", "a\nb\r\nc\t", *CANARIES],
    ),
    "enum": ({"enum": ["A", "b", None]}, ["A", "b", None, "A-other", "a", 1]),
    "const": ({"const": "A"}, ["A", "A-other", "a"]),
    "items": (
        {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 2,
            "maxItems": 3,
            "uniqueItems": True,
        },
        [[], None, "[]"],
    ),
    "a format": (
        {"type": "string", "format": "date"},
        ["not a date", "2024-02-29", "0001-01-01", "9999-12-31", "", None],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_table_holds_the_values_at_and_beyond_each_edge(name):
    said, expected = TABLE[name]
    tried = texts(table(**said))
    assert [text for text in texts(expected) if text not in tried] == []


def test_texts_are_as_short_and_as_long_as_is_allowed_and_one_beyond():
    tried = table(type="string", minLength=3, maxLength=5)
    lengths = {len(value) for value in tried if isinstance(value, str)}
    assert {0, 2, 3, 5, 6, 65536} <= lengths


def test_arrays_have_too_few_too_many_and_equal_items():
    tried = table(type="array", items={"type": "integer"}, minItems=2, maxItems=4, uniqueItems=True)
    lengths = {len(value) for value in tried if isinstance(value, list)}
    assert {0, 1, 2, 4, 5, 200} <= lengths
    assert any(
        isinstance(value, list) and len(value) <= 4 and len(set(map(str, value))) < len(value)
        for value in tried
    )


def test_each_required_property_is_left_out_and_one_that_is_forbidden_is_added():
    cases = list(Generator("tool", TREE).boundaries())
    assert {} in cases
    assert any("mcp_proof_extra" in case for case in cases)


def test_each_branch_is_shown():
    schema = {
        "type": "object",
        "oneOf": [
            {"properties": {"kind": {"const": kind}, kind: {"type": "integer"}}, "required": [kind]}
            for kind in ("circle", "square", "line")
        ],
        "required": ["kind"],
    }
    generator = Generator("tool", schema)
    cases = [case for case in generator.boundaries() if generator.verdict(case) is Validity.VALID]
    assert {case["kind"] for case in cases} == {"circle", "square", "line"}


def test_recursive_arguments_are_nested_deeply():
    def depth(case: Any) -> int:
        inner = case.get("children") if isinstance(case, dict) else None
        return 1 + max(map(depth, inner)) if isinstance(inner, list) and inner else 0

    generator = Generator("tool", TREE)
    deepest = max(generator.boundaries(), key=depth)
    assert depth(deepest) >= 48
    assert generator.verdict(deepest) is Validity.VALID


def test_the_simplest_valid_arguments_come_first_then_the_edges():
    first, second, *_ = Generator("tool", TREE).boundaries()
    assert list(first) == ["name"]
    assert list(second) == ["name", "children"]


def test_cases_are_distinct_and_their_number_is_bounded():
    properties = {f"p{n}": {"type": "string", "minLength": n} for n in range(40)}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    cases = [json.dumps(case) for case in Generator("tool", schema).boundaries()]
    assert len(cases) == len(set(cases)) == 120


def test_where_a_format_is_broken_nothing_else_is():
    schema = {
        "type": "object",
        "properties": {"day": {"type": "string", "format": "date", "maxLength": 12}},
        "required": ["day"],
        "additionalProperties": False,
    }
    generator = Generator("tool", schema)
    broken = [
        case["day"]
        for case in generator.boundaries()
        if isinstance(case.get("day"), str) and generator.verdict(case) is not Validity.VALID
    ]
    assert broken
    assert all(len(text) <= 12 for text in broken)


def test_different_properties_begin_with_different_canaries():
    properties = {f"p{n}": {"type": "string"} for n in range(10)}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    text = "".join(json.dumps(case) for case in Generator("tool", schema).boundaries())
    assert [canary for canary in CANARIES if json.dumps(canary)[1:-1] not in text] == []


def test_the_examples_of_the_user_are_varied_first():
    choices = Choices(examples=({"name": "root", "children": []},))
    first, *rest = Generator("tool", TREE, choices=choices).boundaries()
    assert first == {"name": "root", "children": []}
    assert {"name": "", "children": []} in rest


SCRIPT = """
import json, sys
from mcp_proof.fuzz.generation import Generator
print(json.dumps(list(Generator("tool", json.loads(sys.argv[1])).boundaries())))
"""


def test_the_table_is_the_same_in_every_process():
    def run(hash_seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        command = [sys.executable, "-c", SCRIPT, json.dumps(TREE)]
        done = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    assert run("1") == run("2")
