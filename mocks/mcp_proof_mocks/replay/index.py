"""Where in a cassette which request is answered: places of lines alone, no message is kept."""

from array import array
from collections.abc import Iterator
from typing import TypeAlias

Place: TypeAlias = int
"""Where in the file a line begins; 0, where the header stands, is none."""


class Index:
    """The interactions of a cassette, numbered in their order."""

    def __init__(self) -> None:
        self.known: dict[bytes, int | list[int]] = {}
        """By what was asked: the interaction, or several."""
        self.probed: dict[bytes, int | list[int]] = {}
        """Likewise, where a probe has asked: answered only where nobody else has."""
        self.asked = array("Q")
        """The places of the requests."""
        self.told = array("Q")
        """The places of the answers."""
        self.between: dict[int, list[Place]] = {}
        """What the server said before the answer of an interaction."""
        self.after: dict[int, list[Place]] = {}
        """What it said unasked after an interaction, before the next."""
        self.cancelled: set[int] = set()
        """The interactions that the client gave up."""
        self.parts: dict[int, tuple[int, int]] = {}
        """Which elements they are, where request and answer stand in batches."""

    def __len__(self) -> int:
        return len(self.asked)

    def add(self, key: bytes, place: Place, probed: bool) -> int:  # noqa: FBT001  # called a hundred thousand times
        """Begin an interaction; return its number."""
        number = len(self.asked)
        self.asked.append(place)
        self.told.append(0)
        known = self.probed if probed else self.known
        first = known.setdefault(key, number)
        if type(first) is list:
            first.append(number)
        elif first != number:
            known[key] = [*as_numbers(first), number]
        return number

    def find(self, key: bytes) -> list[int]:
        """Return the interactions in which this was asked, in their order."""
        found = self.known.get(key)
        if found is None:
            found = self.probed.get(key)
        return as_numbers(found)

    def keys(self) -> Iterator[bytes]:
        """Yield all that was asked."""
        yield from self.known
        yield from self.probed


def as_numbers(found: int | list[int] | None) -> list[int]:
    """Return the interactions that an index has for a meaning."""
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
