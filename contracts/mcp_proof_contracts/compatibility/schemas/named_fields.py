"""Members that a schema names and another one names no more, however deep in either they stand.

A proof does not tell of them: where others are let through, all values stay valid without them.
Whatever is about one value is taken together, so that it may move from one keyword to another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_proof_contracts.compatibility.schemas.alternatives import pairs
from mcp_proof_contracts.generate.document import REFERENCES, Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

TOGETHER: Final = ("allOf", "then", "else", "dependentSchemas")
"""Keywords whose schemas are about the same value as the one that holds them."""
CHOICES: Final = ("anyOf", "oneOf")
MAPS: Final = ("additionalProperties", "unevaluatedProperties")
LISTS: Final = ("items", "unevaluatedItems", "contains")
MOST: Final = 1000
"""Pairs of values that are looked at."""
Way: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A schema, and where it stands."""

    way: Way
    schema: Json


Parts: TypeAlias = list[Part]


class NamedFields:
    """The members that the old one of two schemas names, beside those of the new one."""

    def __init__(self, old: JsonObject, new: JsonObject) -> None:
        self._old, self._new = Document(old), Document(new)
        self._seen: set[tuple[frozenset[int], frozenset[int]]] = set()
        self._alone: dict[int, tuple[Json, Json]] = {}
        """Both are kept, so that they stay who they are."""
        self.values: list[tuple[Parts, Parts]] = []
        """What each of both says of a value, wherever that stands."""
        self._gone: dict[Way, Part] = {}
        self.complete = True
        """Whether all of both was looked at."""
        waiting: list[tuple[Parts, Parts]] = [([Part((), old)], [Part((), new)])]
        while waiting:
            before, after = waiting.pop()
            waiting += self._inside(before, after)

    @property
    def gone(self) -> Sequence[Part]:
        """Those that the new one does not name."""
        return [self._gone[way] for way in sorted(self._gone, key=str)]

    def _inside(self, old: Parts, new: Parts) -> Iterator[tuple[Parts, Parts]]:
        """Yield what is to be looked at next: members, items, alternatives."""
        key = (_identity(old), _identity(new))
        if key in self._seen or not old:
            return
        self._seen.add(key)
        if len(self._seen) > MOST:
            self.complete = False
            return
        before, after = list(_about(self._old, old)), list(_about(self._new, new))
        self.values.append((before, after))
        yield from self._members(before, after)
        yield from self._maps(before, after)
        yield from _elements(before, after)
        yield from self._alternatives(old, new)

    def _members(self, old: Parts, new: Parts) -> Iterator[tuple[Parts, Parts]]:
        named, now = _by_name(old, "properties"), _by_name(new, "properties")
        told = {name for part in new for name in _told(as_object(part.schema))}
        for name, parts in named.items():
            if all(part.schema is False for part in parts):
                continue
            if name in now and any(part.schema is not False for part in now[name]):
                yield parts, now[name]
            elif name in now or name not in told:
                first = next(part for part in parts if part.schema is not False)
                self._gone.setdefault(first.way, first)

    def _maps(self, old: Parts, new: Parts) -> Iterator[tuple[Parts, Parts]]:
        others = list(_held(new, MAPS))
        yield list(_held(old, MAPS)), others
        patterns, later = (_by_name(side, "patternProperties") for side in (old, new))
        for pattern, parts in patterns.items():
            yield parts, later.get(pattern) or others or [p for ps in later.values() for p in ps]

    def _alternatives(self, old: Parts, new: Parts) -> Iterator[tuple[Parts, Parts]]:
        """Yield alternatives that belong together, with what is said beside them."""
        before = list(_about(self._old, old, through=False))
        after = list(_about(self._new, new, through=False))
        one, other = (list(_held(side, CHOICES)) for side in (before, after))
        beside = [self._by_itself(part) for part in after]
        found = pairs(
            [(self._old, part.schema) for part in one], [(self._new, part.schema) for part in other]
        )
        for pair in found:
            # Where there are more or fewer of them, one may have become two.
            if pair.surely or len(one) == len(other):
                yield [one[pair.old]], [other[pair.new], *beside]

    def _by_itself(self, part: Part) -> Part:
        """What a schema says of a value without the help of others."""
        schema = as_object(part.schema)
        if id(schema) not in self._alone:
            others = (*REFERENCES, *TOGETHER, *CHOICES)
            kept: Json = {name: held for name, held in schema.items() if name not in others}
            self._alone[id(schema)] = schema, kept
        return Part(part.way, self._alone[id(schema)][1])


def _identity(parts: Parts) -> frozenset[int]:
    return frozenset(id(part.schema) for part in parts)


def _about(document: Document, parts: Parts, *, through: bool = True) -> Iterator[Part]:
    """Yield all schemas about the same value, those of alternatives only where asked for."""
    waiting = list(reversed(parts))
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        schema = part.schema
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield part
        inner = [Part(part.way, document.target(schema[w])) for w in REFERENCES if w in schema]
        inner += _held([part], (*TOGETHER, *(CHOICES if through else ())))
        waiting += reversed(inner)


def _held(parts: Parts, keywords: tuple[str, ...]) -> Iterator[Part]:
    """Yield the schemas that keywords hold: one, many, or many by name."""
    for part in parts:
        schema = as_object(part.schema)
        for keyword in keywords:
            held = schema.get(keyword)
            way = (*part.way, keyword)
            if isinstance(held, list):
                yield from (Part((*way, number), each) for number, each in enumerate(held))
            elif keyword == "dependentSchemas":
                yield from (Part((*way, name), each) for name, each in as_object(held).items())
            elif held is not None:
                yield Part(way, held)


def _by_name(parts: Parts, keyword: str) -> dict[str, Parts]:
    """Return what a keyword says of members, by their names or patterns."""
    named: dict[str, Parts] = {}
    for part in parts:
        for name, held in as_object(as_object(part.schema).get(keyword)).items():
            named.setdefault(name, []).append(Part((*part.way, keyword, name), held))
    return named


def _told(schema: JsonObject) -> Iterator[str]:
    """Yield the members that are told of in another way than by a schema."""
    yield from map(str, as_list(schema.get("required")))
    for value in (schema.get("const"), *as_list(schema.get("enum"))):
        yield from as_object(value)


def _elements(old: Parts, new: Parts) -> Iterator[tuple[Parts, Parts]]:
    """Yield what is said of the items of an array, one by one as far as that is done."""
    told = [len(as_list(as_object(part.schema).get("prefixItems"))) for part in (*old, *new)]
    for number in range(max(told, default=0) + 1):
        yield list(_element(old, number)), list(_element(new, number))


def _element(parts: Parts, number: int) -> Iterator[Part]:
    for part in parts:
        first = as_list(as_object(part.schema).get("prefixItems"))
        if number < len(first):
            yield Part((*part.way, "prefixItems", number), first[number])
        yield from _held([part], LISTS if number >= len(first) else LISTS[1:])
