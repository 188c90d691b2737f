"""Markers: texts that a call carries, and by which an answer shows whose it is.

`mcpp-<session>-<call>`, each a number of 13 hexadecimal digits: 52 bits, so that the call's number
can also be the id of a JSON-RPC request, which some servers keep as a double.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

DIGITS: Final = 13
LENGTH: Final = len("mcpp--") + 2 * DIGITS
_MARKER: Final = re.compile(rb"mcpp-([0-9a-f]{13})-([0-9a-f]{13})")


class Marker(NamedTuple):
    """Who made a call, and which."""

    session: int
    call: int

    def __str__(self) -> str:
        return f"mcpp-{self.session:013x}-{self.call:013x}"


def markers_in(body: bytes) -> Iterator[Marker]:
    """Yield the markers that an answer holds."""
    for session, call in _MARKER.findall(body):
        yield Marker(int(session, 16), int(call, 16))
