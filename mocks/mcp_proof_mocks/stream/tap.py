"""A tap on a connection: it reads the bytes before they are passed on, and passes on its own."""

from collections.abc import Callable
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
    """One connection through a relay, with a tap in place of faults.

    Args:
        tap: reads what passes.
        refusal: returns what a client is told whose server cannot be reached, or nothing while its
            request is not whole; without it the client is reset.
    """

    def __init__(self, tap: Tap, refusal: Callable[[], bytes] | None = None) -> None:
        self._tap = tap
        self._refusal = refusal

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

    async def refuse(self, source: Received, sink: Sink, /) -> bool:
        """Let the tap read a request, and refuse it.

        Raises:
            CutShort: the tap lets nothing more pass.
        """
        if self._refusal is None:
            return False
        async for chunk in source:
            self._tap.passed("up", chunk)
            if told := self._refusal():
                sink.write(told)
                await sink.drain()
                sink.write_eof()
                return True
        return False

    def over(self) -> None:
        """Tell the tap."""
        self._tap.over()
