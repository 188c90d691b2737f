"""What a journal keeps of another process: its events, to which nothing is added."""

from collections.abc import Iterable, Iterator

from mcp_proof_contracts.transcript import Event
from mcp_proof_mocks.journal.rows import Row


class KeptEvents:
    """Events that were recorded elsewhere, all of them."""

    dropped = 0

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = list(events)

    def record(self, _row: Row, _size: int) -> None:
        """Refuse."""
        raise TypeError("this journal was recorded elsewhere: nothing is added to it")

    def events(self) -> Iterator[Event]:
        """Yield them."""
        yield from self._events

    def close(self) -> None:
        """There is nothing to let go of."""
