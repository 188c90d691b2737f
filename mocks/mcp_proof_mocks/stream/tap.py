"""A tap on a connection: it reads the bytes before they are passed on, and passes on its own."""

from typing import Protocol

from mcp_proof_mocks.stream.connection import Direction, Received, Sink


class Tap(Protocol):
    """What reads the bytes of one connection."""

    def passed(self, direction: Direction, chunk: bytes, /) -> bytes:
        """Return what is passed on now that these bytes have come.

        Raises:
            CutShort: nothing more may pass.
        """
        ...

    def ended(self, direction: Direction, /) -> bytes:
        """Return what is still to be passed on where nothing more comes.

        Raises:
            CutShort: nothing more may pass.
        """
        ...

    def over(self) -> None:
        """Note that the connection is gone, however that came about."""
        ...


class TappedConnection:
    """One connection through a relay, with a tap in place of faults."""

    def __init__(self, tap: Tap) -> None:
        self._tap = tap

    async def carry(self, direction: Direction, source: Received, sink: Sink) -> None:
        """Carry one direction to its end; nothing is passed on before the tap has read it.

        Raises:
            CutShort: the tap lets nothing more pass.
        """
        async for chunk in source:
            if passed := self._tap.passed(direction, chunk):
                sink.write(passed)
                await sink.drain()
        if rest := self._tap.ended(direction):
            sink.write(rest)
            await sink.drain()
        sink.write_eof()

    def over(self) -> None:
        """Tell the tap."""
        self._tap.over()
