"""The parts of an answer that a later call may want: names, numbers, URIs, cursors."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof.fuzz.feeding.words import words
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json

LONGEST: Final = 500
"""Characters of a text above which it is content, and names nothing."""
MOST: Final = 40
DEEPEST: Final = 6
ITEMS: Final = 2
"""Items of an array that are looked at."""
SAID_OF_CONTENT: Final = frozenset({"type", "mimeType", "role"})
"""What a block of content says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A part of an answer."""

    step: int
    pointer: str
    value: str | int
    name: frozenset[str]
    """The words of its name."""
    context: frozenset[str]
    """The words of what it is in, and of what gave it."""
    shape: tuple[str, ...]
    """Where it is, whichever item of an array."""


def values_in(seen: Observation, step: int) -> list[Value]:
    """Return the parts of an answer to a step of this number; of like parts the first one."""
    found: dict[tuple[str, ...], Value] = {}
    giver = words(seen.operation.name)
    for path, value in _leaves(seen.answer, ()):
        shape = tuple("*" if isinstance(part, int) else part for part in path)
        names = [part for part in shape if part != "*"]
        if shape in found or (names and names[-1] in SAID_OF_CONTENT):
            continue
        found[shape] = Value(
            step=step,
            pointer=json_pointer(path),
            value=value,
            name=words(names[-1]) if names and names[-1] != "text" else frozenset(),
            context=giver.union(*map(words, names[:-1])),
            shape=shape,
        )
        if len(found) == MOST:
            break
    return list(found.values())


def _leaves(
    value: Json, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str | int]]:
    if len(path) > DEEPEST:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value[:ITEMS]):
            yield from _leaves(item, (*path, index))
    elif isinstance(value, str):
        if 0 < len(value) <= LONGEST and (len(path) == 0 or not _is_prose(path, value)):
            yield path, value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value


def _is_prose(path: tuple[str | int, ...], value: str) -> bool:
    return path[-1] == "text" and len(value.split()) > 1
