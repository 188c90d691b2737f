"""Which alternatives of two schemas belong together, whatever order they stand in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.compatibility.schemas.told_members import in_place
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, encode

FOR_PEOPLE: Final = frozenset({"description", "default", "deprecated", "$comment", "$schema"})
MOST: Final = 10_000
"""Pairs that are weighed; where there are more, each is paired with the one in its place."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that belong together, by their numbers."""

    old: int
    new: int
    surely: bool
    """Whether they are the same, or bear the same tag."""


def pairs(old: Sequence[tuple[Document, Json]], new: Sequence[tuple[Document, Json]]) -> list[Pair]:
    """Return which belong together, each to one other at most, the likeliest first."""
    if len(old) * len(new) > MOST:
        return [Pair(i, i, surely=False) for i in range(min(len(old), len(new)))]
    one, other = ([_traits(*side) for side in sides] for sides in (old, new))
    texts = [[encode(schema) for _, schema in sides] for sides in (old, new)]
    weighed = sorted(
        (texts[0][i] != texts[1][j], -_likeness(one[i], other[j]), abs(i - j), i, j)
        for i in range(len(old))
        for j in range(len(new))
    )
    found: list[Pair] = []
    left, right = set(range(len(old))), set(range(len(new)))
    for differs, _, _, i, j in weighed:
        if i in left and j in right:
            tagged = any(trait.startswith(TAG) for trait in one[i] & other[j])
            found.append(Pair(i, j, surely=tagged or not differs))
            left.remove(i)
            right.remove(j)
    return found


TAG: Final = "tag "


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _traits(document: Document, schema: Json) -> frozenset[str]:
    """What a schema says of a value, as far as it can be told in words."""
    if not isinstance(schema, dict):
        return frozenset({str(schema)})
    return frozenset(trait for part in in_place(document, schema) for trait in _of(part))


def _of(part: JsonObject) -> Iterator[str]:
    for keyword, value in part.items():
        if isinstance(value, str | int | float) and keyword not in FOR_PEOPLE:
            yield f"{TAG if keyword == 'title' else ''}{keyword} {value}"
    yield from (f"type {each}" for each in as_list(part.get("type")))
    yield from (f"one of {each}" for each in as_list(part.get("enum")))
    for name, held in as_object(part.get("properties")).items():
        yield f"member {name}"
        if "const" in as_object(held):
            yield f"{TAG}{name} {as_object(held)['const']}"
