"""Values of another JSON type than a place takes."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof.fuzz.generation.places import Place
from mcp_proof.fuzz.generation.variations.variation import Rank, Variation
from mcp_proof_contracts.generate.kinds import NESTING
from mcp_proof_contracts.json_value import Json

_OTHERS: Final[Mapping[str, tuple[Json, ...]]] = {
    "string": (1, True, [], {}, 1.5),
    "number": (True, [], {}),
    "boolean": ("true", 1, 0, [], {}),
    "array": ("[]", {}, 0, False),
    "object": ([], "{}", 0, False),
    "null": ("", 0, False, [], {}),
}


def type_variations(place: Place) -> Iterator[Variation]:
    """Null, the type that is most easily mistaken for the right one, then the others."""
    kind, value = kind_of(place.value), place.value
    if kind != "null":
        yield Variation(Rank.PROMISE, None)
    if kind == "number":
        yield Variation(Rank.PROMISE, f"{value}")
    if kind == "array" and isinstance(value, list) and value:
        yield Variation(Rank.PROMISE, value[0])
    first, *rest = _OTHERS[kind]
    yield Variation(Rank.PROMISE if kind not in NESTING else Rank.TELLING, first)
    for other in rest:
        yield Variation(Rank.REST, other)


def kind_of(value: Json) -> str:
    """The JSON type of a value; an integer is a number."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, Mapping):
        return "object"
    return "null" if value is None else "array"
