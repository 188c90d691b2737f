"""Puts what the user gave for properties, formats and the dictionary into generated arguments."""

from collections.abc import Iterator
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mcp_proof.fuzz.generation.choices import Choices
from mcp_proof.fuzz.generation.places import Path, Place, places, replaced
from mcp_proof.fuzz.generation.validity import Judge, Validity
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject

_TRIES: Final = 8
_COIN: Final = st.booleans()


def with_choices(
    values: SearchStrategy[JsonObject], document: Document, judge: Judge, choices: Choices
) -> SearchStrategy[JsonObject]:
    """Return the same arguments, with the user's values wherever they are valid."""

    def put(value: JsonObject, path: Path, part: Json) -> JsonObject | None:
        try:
            candidate = replaced(value, path, part)
        except (KeyError, IndexError):  # an outer part has been replaced before
            return None
        if isinstance(candidate, dict) and judge.verdict(candidate) is Validity.VALID:
            return candidate
        return None

    @st.composite
    def draw_one(draw: DrawFn) -> JsonObject:
        value = draw(values)
        found = places(document, value)
        for place in found:
            for strategy in _strategies(place, choices):
                value = put(value, place.path, draw(strategy)) or value
        wanted = draw(_COIN)
        if choices.dictionary and wanted:
            part: Json = draw(st.sampled_from(choices.dictionary))
            first: int = draw(st.integers(0, len(found) - 1))
            for place in (found[first:] + found[:first])[:_TRIES]:
                if (candidate := put(value, place.path, part)) is not None:
                    return candidate
        return value

    return draw_one() if choices.dictionary or choices.properties or choices.formats else values


def _strategies(place: Place, choices: Choices) -> Iterator[SearchStrategy[Json]]:
    """What the user gave for a place: the pointer says more than the name, this than the format."""
    pointer, name = json_pointer(place.path), place.path[-1] if place.path else ""
    if pointer in choices.properties:
        yield choices.properties[pointer]
    elif name in choices.properties:
        yield choices.properties[str(name)]
    else:
        formats = [str(said) for said in place.said("format")]
        yield from (choices.formats[said] for said in formats if said in choices.formats)
