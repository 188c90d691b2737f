"""Random values that satisfy a JSON Schema, and mutations that mostly do not. Seeded by the caller.

Knows the keywords that MCP's schemas use; a value is nearly always valid, which is all that a
comparison of verdicts needs.
"""

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from mcp_proof_contracts.json_pointer import pointer_steps

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]

STRINGS: Final = ("", "a", "text", "2.0", "ünï ☃", "2025-11-25T10:00:00Z", "https://a.example/b")
NUMBERS: Final = (0, 1, -1, 0.5, 1.5, -0.25, 100, 101, 2**53, 1.0, 1e300, -32042, -32021, -32022)
INTEGERS: Final = tuple(number for number in NUMBERS if number == int(number))
FORMATS: Final = {
    "uri": ("https://a.example/b?c#d", "file:///x", "urn:a:b", "data:image/png;base64,AA=="),
    "uri-template": ("file:///{path}", "https://a.example/{a}{?b,c}", "x:{+y}"),
    "byte": ("", "YQ==", "AAAA", "+/+="),
}
ODD_STRINGS: Final = ("a b", "not a uri", "{", "{a b}", "YQ", "YQ=", "_-==", "%zz", "://")
OTHERS: Final = (None, True, False, 0, 1.5, "zzz", [], ["zzz"], {}, {"zzz": None}, [{}])
FEW: Final = 5
"""Items in a list that may still be multiplied."""

DEEP: Final = 7
"""Levels after which only required members are made."""


class Samples:
    """Makes values for the definitions of one schema document."""

    def __init__(self, definitions: Mapping[str, Any], random: Random) -> None:
        self._definitions = definitions
        self._random = random
        self._words = sorted({*STRINGS, *ODD_STRINGS, *_constants(definitions)})
        self._members = sorted({*_members(definitions), "zzz", "x/y~z"})
        self._shares: tuple[float, ...] = (1,)
        self._makers: dict[str, Callable[[Schema, int], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": lambda schema, _: self._random.choice(
                FORMATS.get(schema.get("format", ""), self._words)
            ),
            "integer": lambda schema, _: self._in_range(schema, INTEGERS),
            "number": lambda schema, _: self._in_range(schema, NUMBERS),
            "boolean": lambda _, __: self._random.choice((True, False)),
            "null": lambda _, __: None,
            "any": lambda _, __: _NOTHING,
        }
        self._mutations: tuple[Callable[[Any, Path], Any], ...] = (
            self._drop,
            self._drop,
            self._other_type,
            self._null,
            self._add,
            self._add,
            self._word,
            self._number,
            self._word,
            self._wrap,
            self._many,
        )

    def valid(self, schema: Any) -> Any:
        """A value made to satisfy the schema; every fourth has all optional members."""
        self._shares = self._random.choice(((0, 0.3, 0.6, 1),) * 3 + ((1,),))
        return self._valid(schema, 0)

    def _valid(self, schema: Any, depth: int) -> Any:
        if not isinstance(schema, Mapping):
            return self._anything()
        parts = [self._valid(part, depth) for part in self._combined(schema)]
        own = self._own(schema, depth)
        if own is not _NOTHING:
            parts.append(own)
        if not parts:
            return self._anything()
        if all(isinstance(part, dict) for part in parts):
            return {name: value for part in parts for name, value in part.items()}
        return parts[-1]

    def mutated(self, value: Any) -> Any:
        """A copy changed in one to three places."""
        result = copy.deepcopy(value)
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            path = self._random.choice(list(_paths(result)))
            result = self._random.choice(self._mutations)(result, path)
        return result

    def _combined(self, schema: Schema) -> Iterator[Any]:
        """The other schemas that a value has to satisfy as well."""
        if "$ref" in schema:
            yield self._definitions[pointer_steps(schema["$ref"])[-1]]
        yield from schema.get("allOf", ())
        for union in ("anyOf", "oneOf"):
            if union in schema:
                # Now and then two at once: where branches overlap, verdicts are most delicate.
                yield from self._random.choices(schema[union], k=self._random.choice((1, 1, 1, 2)))
        if "if" in schema:
            taken = self._random.choice(("then", "else"))
            if taken == "then":
                yield schema["if"]
            yield schema.get(taken, {"type": "object"})

    def _own(self, schema: Schema, depth: int) -> Any:
        if "const" in schema or "enum" in schema:
            return self._random.choice(schema.get("enum") or [schema["const"]])
        kind = schema.get("type", "object" if "properties" in schema else "any")
        if isinstance(kind, list):
            kind = self._random.choice(kind)
        return self._makers[kind](schema, depth)

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        count = 0 if depth > DEEP else self._random.choice((0, 1, 1, 2, 3))
        return [self._valid(schema.get("items", {}), depth + 1) for _ in range(count)]

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        optional = 0 if depth > DEEP else self._random.choice(self._shares)
        made = {
            name: self._valid(properties.get(name, {}), depth + 1)
            for name in {**properties, **dict.fromkeys(required)}
            if name in required or self._random.random() < optional
        }
        rest = schema.get("additionalProperties")
        if rest is not None and depth <= DEEP:
            for name in self._random.sample(("x", "y", "z w"), self._random.choice((0, 1, 2))):
                made.setdefault(name, self._valid(rest, depth + 1))
        return made

    def _in_range(self, schema: Schema, numbers: Sequence[float]) -> float:
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        return self._random.choice([number for number in numbers if low <= number <= high])

    def _anything(self) -> Any:
        return copy.deepcopy(self._random.choice(OTHERS))

    def _drop(self, value: Any, path: Path) -> Any:
        if path:
            del _at(value, path[:-1])[path[-1]]
        return value

    def _other_type(self, value: Any, path: Path) -> Any:
        return _put(value, path, self._anything())

    def _null(self, value: Any, path: Path) -> Any:
        return _put(value, path, None)

    def _add(self, value: Any, path: Path) -> Any:
        target = _at(value, path)
        if isinstance(target, dict):
            target[self._random.choice(self._members)] = self._random.choice(
                (self._anything(), self._random.choice(self._words))
            )
        elif isinstance(target, list):
            target.append(self._anything())
        return value

    def _word(self, value: Any, path: Path) -> Any:
        if isinstance(_at(value, path), str):
            return _put(value, path, self._random.choice(self._words))
        return value

    def _number(self, value: Any, path: Path) -> Any:
        if isinstance(_at(value, path), int | float):
            return _put(value, path, self._random.choice(NUMBERS))
        return value

    def _wrap(self, value: Any, path: Path) -> Any:
        return _put(value, path, [_at(value, path)])

    def _many(self, value: Any, path: Path) -> Any:
        target = _at(value, path)
        if isinstance(target, list) and 0 < len(target) <= FEW:
            target.extend(copy.deepcopy(target[0]) for _ in range(self._random.choice((98, 101))))
        return value


_NOTHING: Final = object()


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    _at(value, path[:-1])[path[-1]] = new
    return value


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _paths(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, (*path, index))


def _schemas(schema: Any) -> Iterator[Schema]:
    """A schema and all schemas within it."""
    if isinstance(schema, Mapping):
        yield schema
        for part in schema.values():
            yield from _schemas(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _schemas(part)


def _constants(definitions: Mapping[str, Any]) -> set[str]:
    found = [value for schema in _schemas(definitions) for value in schema.get("enum", ()) or ()]
    found += [schema["const"] for schema in _schemas(definitions) if "const" in schema]
    return {value for value in found if isinstance(value, str)}


def _members(definitions: Mapping[str, Any]) -> set[str]:
    return {
        name
        for schema in _schemas(definitions)
        if isinstance(schema.get("properties"), Mapping)
        for name in schema["properties"]
    }
