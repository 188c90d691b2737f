"""What recordings tell of one place in answers: all values that were seen there."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final, Self

import orjson

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import encode, parse

TAG: Final = "type"
"""The member by which elements of different kinds are told apart, as MCP's content is."""
MOST_TAGS: Final = 16
"""Kinds of elements; more are values of a member that only has this name."""
KINDS: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    list: "array",
}
OPENING: Final = ("{", "[")
"""What a text begins with that is looked at as JSON."""


class Shape:
    """The values of one place, asked for what they have in common."""

    def __init__(self, values: Sequence[Json]) -> None:
        self.values = values

    @cached_property
    def kinds(self) -> dict[str, Json]:
        """The JSON types that were seen, each with a value."""
        found: dict[str, Json] = {}
        for value in self.values:
            found.setdefault(kind_of(value), value)
        return found

    @cached_property
    def objects(self) -> list[JsonObject]:
        """The values that are objects."""
        return [value for value in self.values if isinstance(value, dict)]

    @cached_property
    def members(self) -> dict[str, Self]:
        """What was seen of each member of the objects."""
        found: dict[str, list[Json]] = {}
        for each in self.objects:
            for name, value in each.items():
                found.setdefault(name, []).append(value)
        return {name: type(self)(values) for name, values in found.items()}

    def always(self, name: str) -> bool:
        """Whether every object had a member."""
        return len(self.members[name].values) == len(self.objects)

    @cached_property
    def any_member(self) -> Self:
        """What was seen of all members, where their names are data."""
        return type(self)([value for each in self.objects for value in each.values()])

    @cached_property
    def elements(self) -> dict[str, Self]:
        """What was seen of the elements of arrays, by their tags; "" where they have none."""
        elements = [item for value in self.values if isinstance(value, list) for item in value]
        found: dict[str, list[Json]] = {}
        for element in elements:
            found.setdefault(tag_of(element), []).append(element)
        if "" in found or len(found) > MOST_TAGS:
            found = {"": elements}
        return {tag: type(self)(values) for tag, values in found.items()}

    @cached_property
    def texts(self) -> list[str]:
        """The values that are texts."""
        return [value for value in self.values if isinstance(value, str)]

    @cached_property
    def in_texts(self) -> Self | None:
        """What the texts hold, where each of them is JSON; `None` where one is not."""
        inner = [json_in(text) for text in self.texts]
        return type(self)(inner) if inner and None not in inner else None

    @cached_property
    def has_plain_texts_only(self) -> bool:
        """Whether no text is JSON."""
        return all(json_in(text) is None for text in self.texts)

    @cached_property
    def written(self) -> frozenset[bytes]:
        """The values as canonical JSON."""
        return frozenset(map(canonical, self.values))


def kind_of(value: Json) -> str:
    """Name the type: an integer is what has no fraction in the text."""
    return KINDS[type(value)]


def tag_of(element: Json) -> str:
    """Return what tells an element from those of other kinds; empty where nothing does."""
    tag = element.get(TAG) if isinstance(element, dict) else None
    return tag if isinstance(tag, str) else ""


def json_in(text: str) -> Json:
    """Return the object or array that a text holds; `None` where it holds none."""
    if not text.lstrip().startswith(OPENING):
        return None
    message = parse(text.encode(errors="replace"))
    return message.value if isinstance(message.value, dict | list) else None


def canonical(value: Json) -> bytes:
    """Return a value as a text that equal values share: 1 and 1.0 do."""
    plain = _plain(value)
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number beyond 64 bits, or half a character
        return encode(plain)


def _plain(value: Json) -> Json:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _plain(value[name]) for name in sorted(value)}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
