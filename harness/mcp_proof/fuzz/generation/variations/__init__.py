"""What to try at a place of a value in its stead; the schema says whether that is valid."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof.fuzz.generation.places import Place
from mcp_proof.fuzz.generation.variations.arrays import array_variations
from mcp_proof.fuzz.generation.variations.numbers import number_variations
from mcp_proof.fuzz.generation.variations.objects import object_variations
from mcp_proof.fuzz.generation.variations.texts import text_variations
from mcp_proof.fuzz.generation.variations.types import type_variations
from mcp_proof.fuzz.generation.variations.variation import Rank, Variation
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list

_MOST_NAMES: Final = 50

__all__ = ["Rank", "Variation", "variations"]


def variations(place: Place) -> Iterator[Variation]:
    """Everything to try at a place, the most telling first within each rank."""
    value = place.value
    named = _names(place)
    yield from _of_names(named)
    if value in named:
        pass  # one value outside is as good as any other
    elif isinstance(value, bool):
        yield Variation(Rank.PROMISE, not value)
    elif isinstance(value, int | float):
        yield from number_variations(place, value)
    elif isinstance(value, str):
        yield from text_variations(place, value)
    elif isinstance(value, list):
        yield from array_variations(place, value)
    elif isinstance(value, Mapping):
        yield from object_variations(place, value)
    if place.path:  # arguments are an object in any case
        yield from type_variations(place)


def _names(place: Place) -> list[Json]:
    """The values that the schema names."""
    named = [value for values in place.said("enum") for value in as_list(values)]
    return [*named[:_MOST_NAMES], *named[_MOST_NAMES:][-1:], *place.said("const")]


def _of_names(named: list[Json]) -> Iterator[Variation]:
    """Each value that is named, and values next to some."""
    for value in named:
        yield Variation(Rank.PROMISE, value)
    for value in [*named[:1], *named[-1:]]:
        yield from (Variation(Rank.PROMISE, other) for other in _beside(value))


def _beside(value: Json) -> Iterator[Json]:
    if isinstance(value, str):
        yield f"{value}-other"
        yield value.swapcase()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value + 1
