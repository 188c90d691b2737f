"""Objects (core §10.3.2, validation §6.5)."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.generate.composition import composed
from mcp_proof_contracts.generate.count import MOST, count
from mcp_proof_contracts.generate.draw import Draw
from mcp_proof_contracts.generate.intersection import all_of
from mcp_proof_contracts.generate.leaf import fits, matches
from mcp_proof_contracts.generate.patterns import matching
from mcp_proof_contracts.generate.words import a_word
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

_USUAL: Final = 3
_TRIES: Final = 20


def an_object(schema: JsonObject, draw: Draw, room: int) -> Json:
    """Return an object with the members that are required and some that are not."""
    return _Members(schema, draw, room - 1).made()


class _Members:
    def __init__(self, schema: JsonObject, draw: Draw, room: int) -> None:
        self._schema = schema
        self._draw = draw
        self._room = room
        self._names: dict[str, None] = {}
        """In the order of the schema, which is the author's."""

    def made(self) -> Json:
        self._choose()
        self._meet_dependencies()
        self._extend()
        values: dict[str, Json] = {}
        for name in self._names:
            if self._draw.parts > MOST:
                break
            values[name] = self._draw.of(self._member(name), self._room)
        return values

    def _choose(self) -> None:
        properties = as_object(self._schema.get("properties"))
        required = dict.fromkeys(map(str, as_list(self._schema.get("required"))))
        spare = count(self._schema, "maxProperties", MOST) - len(required)
        for name in properties:
            if name in required:
                self._names[name] = None
            elif spare > 0 and self._may_have(name) and self._wants(name):
                self._names[name] = None
                spare -= 1
        self._names |= required

    def _meet_dependencies(self) -> None:
        """Add what the chosen members ask for, until nothing new is asked."""
        met = set[str]()
        while pending := [name for name in self._names if name not in met]:
            for name in pending:
                met.add(name)
                for asked in _dependencies(self._schema, name):
                    if isinstance(asked, list):
                        self._names |= dict.fromkeys(map(str, asked))
                    else:
                        self._narrow(asked)

    def _narrow(self, asked: Json) -> None:
        self._schema = composed(all_of(self._schema, asked), self._draw, self._room)
        self._names |= dict.fromkeys(map(str, as_list(self._schema.get("required"))))

    def _extend(self) -> None:
        """Add members until there are enough, and a few to an object that is a map."""
        least = count(self._schema, "minProperties", 0)
        for name in as_object(self._schema.get("properties")):
            if len(self._names) < least and name not in self._names and self._may_have(name):
                self._names[name] = None
        wanted = max(least - len(self._names), self._entries())
        for name in self._new_names(wanted * _TRIES):
            if wanted <= 0:
                break
            if name not in self._names and self._may_have(name):
                self._names[name] = None
                wanted -= 1

    def _entries(self) -> int:
        other = self._schema.get("additionalProperties")
        values = other or self._schema.get("patternProperties")
        if not isinstance(values, dict) or self._schema.get("properties"):
            return 0
        room = count(self._schema, "maxProperties", _USUAL) - len(self._names)
        kinds = [other] if other else list(as_object(values).values())
        return sum(
            self._draw.wants(self._draw.random.choice(kinds), self._room)
            for _ in range(min(room, _USUAL))
        )

    def _new_names(self, tries: int) -> Iterator[str]:
        patterns = list(as_object(self._schema.get("patternProperties")))
        for number in range(tries):
            self._draw.parts += 1
            if "propertyNames" in self._schema:
                yield str(self._draw.of(self._schema["propertyNames"], 0))
                continue
            random = self._draw.random
            name = matching(random.choice(patterns), random) if patterns else a_word(random)
            # There may be too few names of this kind.
            yield name if number < _TRIES / 2 else f"{name}{number}"

    def _wants(self, name: str) -> bool:
        return self._draw.wants(self._member(name), self._room)

    def _may_have(self, name: str) -> bool:
        if "propertyNames" in self._schema:
            names = composed(self._schema["propertyNames"], self._draw, 0)
            if not fits(names, name):
                return False
        return self._member(name) is not False

    def _member(self, name: str) -> Json:
        """The schema of the member's value."""
        properties = as_object(self._schema.get("properties"))
        patterns = as_object(self._schema.get("patternProperties"))
        if not patterns and name in properties:
            return properties[name]
        told = [schema for pattern, schema in patterns.items() if matches(pattern, name)]
        if name in properties:
            told.append(properties[name])
        other = self._schema.get("unevaluatedProperties", True)
        return all_of(*told) if told else self._schema.get("additionalProperties", other)


def _dependencies(schema: JsonObject, name: str) -> Iterator[Json]:
    """What a member asks for: a list of names, or a schema. Before 2019-09 one keyword had both."""
    for keyword in ("dependentRequired", "dependentSchemas", "dependencies"):
        if name in (asked := as_object(schema.get(keyword))):
            yield asked[name]
