"""Keywords by which no value is valid or not: people, models and other programs read them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import Argued, difference
from mcp_proof_contracts.compatibility.presentation import SHOWN
from mcp_proof_contracts.compatibility.schemas.alternatives import pairs
from mcp_proof_contracts.compatibility.schemas.named_fields import NamedFields, Part
from mcp_proof_contracts.compatibility.schemas.obstacle import too_large
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.subschemas import NAMED, ONE, SEVERAL, subschemas
from mcp_proof_contracts.wire import as_list, as_object, encode

HEADER: Final = "x-mcp-header"
CONTENT: Final = ("contentEncoding", "contentMediaType", "contentSchema")
DEFINITIONS: Final = ("$defs", "definitions")
UNORDERED: Final = ("allOf", "anyOf", "oneOf")
"""Keywords whose schemas may change places."""
ASSERTING: Final = frozenset(
    {"type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum"}
    | {"exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems"}
    | {"uniqueItems", "maxContains", "minContains", "maxProperties", "minProperties", "required"}
    | {"dependentRequired", "format"}
    | {"$ref", "$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$recursiveAnchor"}
    | {"$id", "id", "$schema", "$vocabulary", "$comment"}
    | {*ONE, *SEVERAL, *NAMED}
) - {*CONTENT}
"""Keywords that are judged elsewhere, or say nothing to anybody who calls."""
NO_DEMAND: Final = "No value is valid or not by it."
Way: TypeAlias = tuple[str | int, ...]
IN_A_PART: Final = re.compile(r"/(?:allOf|anyOf|oneOf)/\d+")
NOWHERE: Final = Part((), {})
LONGEST: Final = 300
"""References that are followed one after another."""


def compare_annotated(
    path: str, old: JsonObject, new: JsonObject, *, sent: bool
) -> Iterator[Change]:
    """Yield what changed in the annotations of a schema and its parts.

    Args:
        path: where it is.
        old: what it was.
        new: what it is.
        sent: whether its values are sent by clients.
    """
    if too_large(old) or too_large(new):
        return  # which is told of where values are judged
    found = list(_in_place(path, old, new, sent=sent))
    yield from found
    if sent:
        yield from _elsewhere(path, old, new, {_value_of(change.path) for change in found})


def _in_place(path: str, old: JsonObject, new: JsonObject, *, sent: bool) -> Iterator[Change]:
    """Yield what changed in schemas that stand in the same place."""
    one, other = _Annotated(old), _Annotated(new)
    waiting: list[tuple[Way, Json, Json]] = [((), old, new)]
    seen: set[tuple[int, int]] = set()
    for way, first, second in waiting:
        before, after = one.resolved(first), other.resolved(second)
        if (id(before), id(after)) in seen:
            continue
        seen.add((id(before), id(after)))
        place = f"{path}{json_pointer(way)}"
        for keyword in sorted((before.keys() | after.keys()) - ASSERTING):
            argued = _argued(keyword, before, after, sent=sent)
            yield from difference(place, keyword, before, after, argued)
        waiting += (
            ((*way, *inner), part, counterpart)
            for inner, part, counterpart in _parts(one, other, before, after)
            if isinstance(part, dict) and isinstance(counterpart, dict)
        )


def _elsewhere(path: str, old: JsonObject, new: JsonObject, told: set[str]) -> Iterator[Change]:
    """Yield what calls depend on and is said of a value in another place, as in an alternative."""
    for before, after in NamedFields(old, new).values:
        was, now = _said(before, "default"), _said(after, "default")
        lost = [was[text] for text in sorted(was.keys() - now.keys())] if after else []
        changed = [("default", each, each, next(iter(now.values()), NOWHERE)) for each in lost]
        was, now = _said(before, HEADER), _said(after, HEADER)
        came = [now[text] for text in sorted(now.keys() - was.keys())] if before else []
        changed += [(HEADER, each, next(iter(was.values()), NOWHERE), each) for each in came]
        for keyword, part, first, last in changed:
            place = f"{path}{json_pointer(part.way)}"
            value = _value_of(f"{place}{json_pointer((keyword,))}")
            if value not in told:
                told.add(value)
                sides = as_object(first.schema), as_object(last.schema)
                argued = _argued(keyword, *sides, sent=True)
                yield from difference(place, keyword, *sides, argued)


def _said(parts: Sequence[Part], keyword: str) -> dict[bytes, Part]:
    """Return the schemas that say this of a value, by what they say."""
    held = ((part, as_object(part.schema)) for part in reversed(parts))
    return {encode(schema[keyword]): part for part, schema in held if keyword in schema}


def _value_of(place: str) -> str:
    """Where the value is that something is said of, whichever part of a schema says it."""
    return IN_A_PART.sub("", place)


class _Annotated:
    """A schema whose references are followed: what they lead to is said where they stand."""

    def __init__(self, root: JsonObject) -> None:
        self.document = Document(root)
        self._led: dict[int, tuple[Json, JsonObject]] = {}
        """Both are kept, so that they stay who they are."""

    def resolved(self, schema: Json) -> JsonObject:
        """Return a schema with what its references lead to."""
        if id(schema) not in self._led:
            self._led[id(schema)] = schema, self._followed(schema)
        return self._led[id(schema)][1]

    def _followed(self, schema: Json) -> JsonObject:
        found = schema if isinstance(schema, dict) else {}
        for _ in range(LONGEST):
            if "$ref" not in found:
                break
            target = self.document.target(found["$ref"])
            beside = {name: held for name, held in found.items() if name != "$ref"}
            if not isinstance(target, dict):
                return beside
            if not beside:
                found = target
            elif (beside.keys() & target.keys()).isdisjoint({*ONE, *SEVERAL, *NAMED}):
                found = {**target, **beside}
            else:
                found = {**beside, "allOf": [*as_list(beside.get("allOf")), target]}
        return found


def _parts(
    one: _Annotated, other: _Annotated, before: JsonObject, after: JsonObject
) -> Iterator[tuple[Way, Json, Json]]:
    """Yield what both hold, alternatives with those that belong to them."""
    for keyword in UNORDERED:
        held, now = as_list(before.get(keyword)), as_list(after.get(keyword))
        for pair in pairs(
            [(one.document, each) for each in held], [(other.document, each) for each in now]
        ):
            yield (keyword, pair.new), held[pair.old], now[pair.new]
    parts = dict(subschemas(after))
    for way, part in subschemas(before):
        if way[0] not in (*UNORDERED, *DEFINITIONS, *CONTENT) and way in parts:
            yield way, part, parts[way]


def _argued(keyword: str, old: JsonObject, new: JsonObject, *, sent: bool) -> Argued:
    if keyword == "default" and sent and "default" in old:
        why = "Calls that leave it out mean something else now, if the server goes by the default."
        return Argued(Effect.UNKNOWN, why)
    if keyword == HEADER and sent and keyword in new:
        why = "Clients that do not know of this header do not send it, and are refused."
        return Argued(Effect.BREAKING, why)
    if keyword in CONTENT:
        why = "What the text holds is read by it, but JSON Schema does not check that."
        return Argued(Effect.UNKNOWN, why)
    return Argued(Effect.COMPATIBLE, SHOWN.get(keyword, NO_DEMAND))
