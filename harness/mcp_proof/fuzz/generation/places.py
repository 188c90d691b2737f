"""The places of a value, each with what its schema says about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.generate.leaf import matches
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

Path: TypeAlias = tuple[str | int, ...]

_MOST_PLACES: Final = 200
_MOST_RULES: Final = 60
_BRANCHING: Final = ("allOf", "anyOf", "oneOf")
_CONDITIONAL: Final = ("then", "else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One part of a value."""

    path: Path
    value: Json
    rules: tuple[JsonObject, ...]
    """Every schema that may apply here, those of all branches among them."""

    @property
    def shape(self) -> Path:
        """The path with all items of an array alike."""
        return tuple(0 if isinstance(step, int) else step for step in self.path)

    def said(self, keyword: str) -> Iterator[Json]:
        """What the schemas say by a keyword, each thing once."""
        told: list[Json] = []
        for rule in self.rules:
            if keyword in rule and rule[keyword] not in told:
                told.append(rule[keyword])
                yield rule[keyword]


def places(document: Document, value: Json) -> list[Place]:
    """The value itself and its parts, the outer ones first; of a large value not all."""
    found = [Place(path=(), value=value, rules=_applying(document, [document.root]))]
    for place in found:
        for step, part, schemas in _parts(place):
            if len(found) >= _MOST_PLACES:
                return found
            rules = _applying(document, schemas)
            found.append(Place(path=(*place.path, step), value=part, rules=rules))
    return found


def replaced(value: Json, path: Path, part: Json) -> Json:
    """The value with another part at a path."""
    if not path:
        return part
    step, rest = path[0], path[1:]
    if isinstance(value, Mapping) and isinstance(step, str):
        return {**value, step: replaced(value[step], rest, part)}
    if isinstance(value, list) and isinstance(step, int):
        return [*value[:step], replaced(value[step], rest, part), *value[step + 1 :]]
    raise KeyError(step)


def at(value: Json, path: Path) -> Json:
    """The part of a value at a path."""
    for step in path:
        value = dict(_steps(value))[step]
    return value


def _steps(value: Json) -> Iterator[tuple[str | int, Json]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def without(value: Json, path: Path) -> Json:
    """The value without the member or item at a path."""
    outer, step = at(value, path[:-1]), path[-1]
    if isinstance(outer, Mapping) and step in outer:
        return replaced(value, path[:-1], {n: part for n, part in outer.items() if n != step})
    if isinstance(outer, list) and isinstance(step, int) and step < len(outer):
        return replaced(value, path[:-1], outer[:step] + outer[step + 1 :])
    raise KeyError(step)


def _applying(document: Document, schemas: list[Json]) -> tuple[JsonObject, ...]:
    found: dict[int, JsonObject] = {}
    waiting = schemas[::-1]
    while waiting and len(found) < _MOST_RULES:
        schema = waiting.pop()
        if not isinstance(schema, Mapping) or id(schema) in found:
            continue
        found[id(schema)] = schema
        waiting += [document.target(schema[word]) for word in REFERENCES if word in schema]
        waiting += [part for word in _BRANCHING for part in as_list(schema.get(word))]
        waiting += [schema[word] for word in _CONDITIONAL if word in schema]
        waiting += as_object(schema.get("dependentSchemas")).values()
    return tuple(found.values())


def _parts(place: Place) -> Iterator[tuple[str | int, Json, list[Json]]]:
    for step, part in _steps(place.value):
        said = (
            _of_member(rule, step) if isinstance(step, str) else _of_item(rule, step)
            for rule in place.rules
        )
        yield step, part, list(chain.from_iterable(said))


def _of_member(rule: JsonObject, name: str) -> Iterator[Json]:
    properties = as_object(rule.get("properties"))
    patterns = as_object(rule.get("patternProperties"))
    told = [schema for pattern, schema in patterns.items() if matches(pattern, name)]
    if name in properties:
        yield properties[name]
    yield from told
    if name not in properties and not told:
        yield rule.get("additionalProperties")
        yield rule.get("unevaluatedProperties")


def _of_item(rule: JsonObject, number: int) -> Iterator[Json]:
    items = rule.get("items")
    first = as_list(rule.get("prefixItems")) or as_list(items)
    if number < len(first):
        yield first[number]
    elif isinstance(items, list):
        yield rule.get("additionalItems")
    else:
        yield items
        yield rule.get("unevaluatedItems")
