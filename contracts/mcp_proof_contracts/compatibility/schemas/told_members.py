"""What clients send that go by a schema: no members of which only a later schema told.

By itself a schema that says nothing of other members admits them all, so that to name one more, and
say what it must be, would refuse what was admitted. But nobody sends what he was never told of.
"""

from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.subschemas import subschemas, with_subschemas
from mcp_proof_contracts.wire import as_list, as_object

IN_PLACE: Final = ("allOf", "anyOf", "oneOf", "then", "else", "dependentSchemas")
"""Keywords whose schemas are about the same value as the one that holds them."""
AS_WRITTEN: Final = ("not", "if", "contains", "propertyNames")
"""Keywords whose schemas say less when they admit less, or are about something else."""
IN_DEFINITIONS: Final = ("$defs", "definitions")
OF_UNNAMED: Final = ("additionalProperties", "patternProperties", "unevaluatedProperties")
"""Keywords that say something of members without a name: who reads them may send such."""


class Asked(Enum):
    """Which values of a schema are asked about."""

    ALL = auto()
    TOLD = auto()
    """Those without members that only the other schema names, where this one names any."""
    ARGUMENTS = auto()
    """The same of an object of arguments, which has none where the schema names none."""


def of_told_members(schema: JsonObject, other: JsonObject, asked: Asked) -> JsonObject:
    """Return a schema for those values of one that are asked about, beside another."""
    if asked is Asked.ALL:
        return schema
    told = _Told(Document(schema), frozenset(_all_names(other)))
    return told.limited(schema, named=asked is Asked.ARGUMENTS or told.names(schema))


class _Told:
    def __init__(self, document: Document, names: frozenset[str]) -> None:
        self._document = document
        self._names = names

    def names(self, schema: JsonObject) -> bool:
        """Whether anything that is about the same value names members."""
        return any("properties" in part for part in in_place(self._document, schema))

    def limited(self, schema: JsonObject, *, named: bool) -> JsonObject:
        """Return a schema without members that it does not tell of."""
        inside = with_subschemas(schema, self._inside)
        parts = list(in_place(self._document, schema)) if named else []
        if not parts or any(keyword in part for part in parts for keyword in OF_UNNAMED):
            return inside
        untold = self._names.difference(*map(_told_names, parts))
        nothing: JsonObject = {"properties": dict.fromkeys(sorted(untold), False)}
        return {**inside, "allOf": [*as_list(inside.get("allOf")), nothing]} if untold else inside

    def _inside(self, keyword: str, part: Json) -> Json:
        if not isinstance(part, dict) or keyword in AS_WRITTEN:
            return part
        if keyword in IN_PLACE or keyword in IN_DEFINITIONS:
            return with_subschemas(part, self._inside)
        return self.limited(part, named=self.names(part))


def in_place(document: Document, schema: Json) -> Iterator[JsonObject]:
    """Yield the schemas that are about the same value as one, itself among them."""
    waiting: list[Json] = [schema]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        waiting += [document.target(part[word]) for word in REFERENCES if word in part]
        for keyword in IN_PLACE:
            held = part.get(keyword)
            waiting += as_list(held)
            waiting += as_object(held).values() if keyword == "dependentSchemas" else [held]


def _told_names(schema: JsonObject) -> Iterator[str]:
    yield from as_object(schema.get("properties"))
    yield from map(str, as_list(schema.get("required")))
    for name, others in as_object(schema.get("dependentRequired")).items():
        yield from (name, *map(str, as_list(others)))


def _all_names(schema: JsonObject) -> Iterator[str]:
    """Yield the members that a schema names, wherever in it."""
    waiting: list[Json] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield from _told_names(part)
            waiting += (held for _, held in subschemas(part))
