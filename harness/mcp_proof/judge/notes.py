"""What happens beside the messages of a scenario, to be put among them by its time."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import merge
from typing import Final, NamedTuple

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, EventKind, Sender

LOOKS: Final = 10
"""How many times two clocks are compared: the process may be held up between the two."""


class Note(NamedTuple):
    """One thing that happened."""

    at: float
    """By the monotonic clock."""
    kind: EventKind
    session: str
    sender: Sender
    data: JsonObject


class Notes:
    """All that happened beside the messages.

    Args:
        began: when the events of the messages began, by the monotonic clock.
        mask: gets to know what was issued to the client, and what it authorizes itself with.
        first: the number of the first event.
    """

    def __init__(self, began: float, mask: Mask | None = None, first: int = 0) -> None:
        self.began = began
        self._offset = _ahead()
        """What the wall clock is ahead of the monotonic one."""
        self._notes: list[Note] = []
        self.mask = mask or Mask()
        self._first = first

    def add(
        self,
        kind: EventKind,
        session: str,
        sender: Sender,
        data: JsonObject,
        at: float | None = None,
    ) -> None:
        """Note something down: of now, or of a time by the wall clock."""
        when = time.monotonic() if at is None else at - self._offset
        self._notes.append(Note(when, kind, session, sender, data))

    def among(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield what is noted among the events of the messages, all numbered anew."""
        own = (
            Event(
                seq=0,
                at=round(max(note.at - self.began, 0.0), 6),
                session=note.session,
                channel=note.session,
                sender=note.sender,
                kind=note.kind,
                data=note.data,
            )
            for note in sorted(self._notes, key=lambda note: note.at)
        )
        both = merge(events, own, key=lambda event: event.at)
        for seq, event in enumerate(both, start=self._first):
            yield replace(event, seq=seq)


def _ahead() -> float:
    """Return what the wall clock is ahead of the monotonic one, by the quickest of some looks.

    It is never too much: what a client says that it was told does not come before what told it.
    """
    looks: list[tuple[float, float]] = []
    for _ in range(LOOKS):
        before, wall, after = time.monotonic(), time.time(), time.monotonic()
        looks.append((after - before, wall - after))
    return min(looks)[1]
