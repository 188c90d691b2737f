"""The places in an operation's arguments that take a value from outside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof.fuzz.case import FROM
from mcp_proof.fuzz.feeding.values import Value
from mcp_proof.fuzz.feeding.words import words
from mcp_proof.fuzz.fuzzed import Fuzzed
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An argument, or a part of one."""

    path: Path
    name: frozenset[str]
    """The words of its name."""
    title: frozenset[str]
    """The words of its title in the schema."""


def places_of(fuzzed: Fuzzed, arguments: JsonObject) -> list[Place]:
    """Return the properties, first items of arrays, and what else is in these arguments."""
    properties = as_object(fuzzed.operation.input_schema.get("properties"))
    found: dict[Path, Place] = {}
    for name, schema in properties.items():
        title = words(str(as_object(schema).get("title", "")))
        found[(name,)] = Place((name,), words(name), title)
        if as_object(schema).get("type") == "array":
            found[(name, 0)] = Place((name, 0), words(name), title)
    for path in _leaves(arguments, ()):
        if path not in found:
            names = [part for part in path if isinstance(part, str)]
            found[path] = Place(path, words(names[-1]), frozenset())
    return list(found.values())


def fed(fuzzed: Fuzzed, arguments: JsonObject, place: Place, value: Value) -> JsonObject | None:
    """Return arguments with a value in a place; `None` where the schema does not allow that."""
    changed = put(arguments, place.path, value.value)
    return as_object(changed) if fuzzed.fits(as_object(changed)) else None


def referring(arguments: JsonObject, chosen: Mapping[Place, Value]) -> JsonObject:
    """Return arguments with references to where the values came from."""
    changed: Json = arguments
    for place, value in chosen.items():
        changed = put(changed, place.path, {FROM: [value.step, value.pointer]})
    return as_object(changed)


def put(value: Json, path: Path, part: Json) -> Json:
    """Return a value with a part at a path; what leads there is made."""
    if not path:
        return part
    step, rest = path[0], path[1:]
    if isinstance(step, str):
        inner = as_object(value)
        return {**inner, step: put(inner.get(step), rest, part)}
    items = list(value) if isinstance(value, list) else []
    old = items[step] if step < len(items) else None
    return [*items[:step], put(old, rest, part), *items[step + 1 :]]


def _leaves(value: Json, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif path:
        yield path
