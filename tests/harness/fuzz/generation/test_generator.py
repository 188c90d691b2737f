"""Arguments made from input schemas are what they ought to be, by the schema's own draft."""

import json
from typing import Any

import pytest
from hypothesis import strategies as st

from mcp_proof.fuzz.generation import Choices, Generator, Validity


def an_object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


TEXT = {"type": "string"}
FORMATS = [
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "json-pointer",
    "relative-json-pointer",
    "regex",
    "uuid",
]

SCHEMAS: dict[str, Any] = {
    "flat": an_object(
        "query limit",
        query={"type": "string", "minLength": 1, "maxLength": 20},
        limit={"type": "integer", "minimum": 1, "maximum": 100},
        order={"enum": ["asc", "desc"]},
    ),
    "formats": an_object(
        " ".join(FORMATS), **{name: {"type": "string", "format": name} for name in FORMATS}
    ),
    "formats that are none": an_object(
        "a b c d",
        a={"type": "string", "format": "byte"},
        b={"type": "string", "format": "binary"},
        c={"type": "string", "format": "password"},
        d={"type": "string", "format": "no-such-format", "minLength": 2},
    ),
    "patterns": an_object(
        "a b",
        a={"type": "string", "pattern": r"^(?=.*[A-Z])(?=.*\d).{8,20}$"},
        b={"type": "string", "pattern": r"^\p{L}{2,}$"},
    ),
    "recursion by #": {**an_object("v", v={"type": "integer"}, next={"$ref": "#"})},
    "$anchor, $id": {
        "$id": "https://example.com/root.json",
        **an_object("a b", a={"$ref": "item.json"}, b={"$ref": "#there"}),
        "$defs": {
            "item": {"$id": "item.json", "type": "integer", "minimum": 4},
            "other": {"$anchor": "there", "enum": ["p", "q"]},
        },
    },
    "$dynamicRef": {
        "$dynamicAnchor": "node",
        **an_object("v", v=TEXT, inner={"type": "array", "items": {"$dynamicRef": "#node"}}),
    },
    "references that are only values": an_object(
        "a", a={"const": {"$ref": "#/nope"}}, b={"default": {"$ref": "http://x/y"}, **TEXT}
    ),
    "draft-04": {
        "$schema": "http://json-schema.org/draft-04/schema#",
        **an_object("a", a={"type": "integer", "minimum": 3, "exclusiveMinimum": True}),
    },
    "draft-07": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **an_object(
            "a b",
            a={"$ref": "#/definitions/short", "minLength": 100},
            b={"type": "array", "items": [TEXT, {"type": "integer"}], "additionalItems": False},
        ),
        "definitions": {"short": {"type": "string", "maxLength": 3}},
        "dependencies": {"a": ["b"], "c": {"required": ["d"]}},
    },
    "2019-09": {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$recursiveAnchor": True,
        **an_object("a", a={"type": "array", "items": {"$recursiveRef": "#"}}),
    },
    "unevaluatedProperties": {
        **an_object("a", a=TEXT),
        "allOf": [an_object("b", b={"type": "integer"})],
        "unevaluatedProperties": False,
    },
    "no type at the top": {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
    "closed, without parameters": {**an_object(), "additionalProperties": False},
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_positive_case_is_valid_and_every_negative_one_an_invalid_object(name, drawn):
    generator = Generator("tool", SCHEMAS[name])
    assert generator.problem is None
    positive, negative = drawn(generator.positive()), drawn(generator.negative())
    assert positive
    assert negative
    assert {generator.verdict(case) for case in positive} == {Validity.VALID}
    assert {generator.verdict(case) for case in negative} == {Validity.INVALID}
    assert {type(case) for case in positive + negative} == {dict}


def test_positive_cases_have_characters_that_no_word_list_has(drawn):
    generator = Generator("tool", an_object("text", text=TEXT))
    texts = "".join(case["text"] for case in drawn(generator.positive(), 100))
    assert any(ord(character) > 0xFF for character in texts)


def test_nothing_is_invalid_where_everything_is_allowed(drawn):
    for schema in ({}, True, an_object()):
        generator = Generator("tool", schema)
        assert generator.problem is None
        assert drawn(generator.positive())
        assert generator.negative().is_empty


def test_a_broken_format_alone_is_not_judged():
    generator = Generator("tool", an_object("day", day={"type": "string", "format": "date"}))
    assert generator.verdict({"day": "2026-01-31"}) is Validity.VALID
    assert generator.verdict({"day": "tomorrow"}) is Validity.UNJUDGED
    assert generator.verdict({"day": 1}) is Validity.INVALID
    assert generator.verdict({"day": "\ud800"}) is Validity.UNJUDGED


def test_the_same_seed_draws_the_same_cases(drawn):
    schema = SCHEMAS["flat"]
    once, again = (
        [drawn(strategy, number=7) for strategy in (generator.positive(), generator.negative())]
        for generator in (Generator("tool", schema), Generator("tool", schema))
    )
    assert json.dumps(once) == json.dumps(again)


def test_the_strategies_of_the_user_fill_the_places_that_they_are_given_for(drawn):
    schema = an_object(
        "user city day",
        user=an_object("name", name=TEXT),
        city=TEXT,
        day={"type": "string", "format": "date"},
    )
    choices = Choices(
        properties={"/user/name": st.just("Ada"), "city": st.sampled_from(["Oslo", "Lima"])},
        formats={"date": st.just("1999-12-31")},
    )
    for case in drawn(Generator("tool", schema, choices=choices).positive()):
        assert case["user"]["name"] == "Ada"
        assert case["city"] in ("Oslo", "Lima")
        assert case["day"] == "1999-12-31"


def test_what_the_user_gave_is_taken_only_where_it_is_valid(drawn):
    schema = an_object("city", city={"type": "string", "maxLength": 5})
    choices = Choices(
        dictionary=("Oslo", 17, "Timbuktu"),
        properties={"city": st.just("Reykjavik")},
        examples=({"city": "Lima"}, {"city": None}),
    )
    generator = Generator("tool", schema, choices=choices)
    cases = drawn(generator.positive(), 100)
    assert {generator.verdict(case) for case in cases} == {Validity.VALID}
    assert {"Oslo", "Lima"} <= {case["city"] for case in cases}


def test_where_no_arguments_can_be_made_those_of_the_user_are_taken(drawn):
    digest = {"type": "string", "minLength": 20_000}
    example = {"digest": "x" * 20_000}
    generator = Generator(
        "tool", an_object("digest", digest=digest), choices=Choices(examples=(example,))
    )
    assert drawn(generator.positive()) == [example]
    assert {} in generator.boundaries()


def test_negative_cases_are_made_of_the_examples_of_the_user_too(drawn):
    schema = an_object("id city", id={"type": "integer"}, city=TEXT)
    choices = Choices(examples=({"id": 4711, "city": "Oslo"},))
    cases = drawn(Generator("tool", schema, choices=choices).negative(), 100)
    assert any(case.get("id") == 4711 and case.get("city") != "Oslo" for case in cases)
