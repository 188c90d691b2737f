"""Departures from the plain way: lawful variants and misbehaviours, by name.

Most of them change one document before it is sent; the others are looked up by name where the
plain way is coded.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mcp_proof_contracts.json_value import Json

Part: TypeAlias = Literal[
    "challenge", "resource metadata", "server metadata", "redirect", "access token"
]
Edit: TypeAlias = Callable[[dict[str, Json]], None]
"""Changes a document in place."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure: what happens, and the documents it changes."""

    what: str
    edits: Mapping[Part, Edit] = field(default_factory=dict[Part, Edit])


class Deviations:
    """The departures of one server."""

    def __init__(self, names: Iterable[str], known: Mapping[str, Deviation]) -> None:
        self._chosen = {name: known[name] for name in names}

    def __contains__(self, name: str) -> bool:
        return name in self._chosen

    def edited(self, part: Part, document: Mapping[str, Json]) -> dict[str, Json]:
        """Return a document as it is sent."""
        sent = dict(document)
        for deviation in self._chosen.values():
            if part in deviation.edits:
                deviation.edits[part](sent)
        return sent


def putting(**members: Json) -> Edit:
    """Return the edit that sets these members."""
    return lambda document: document.update(members)


def without(*names: str) -> Edit:
    """Return the edit that leaves these members out."""

    def edit(document: dict[str, Json]) -> None:
        for name in names:
            document.pop(name, None)

    return edit
