"""One connection through a relay: two directions, and the faults that act on them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import cached_property
from typing import Final, Literal, Protocol, TypeAlias

from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.stream.gate import Gate
from mcp_proof_mocks.stream.messages import Messages
from mcp_proof_mocks.stream.stream_fault import HalfClosed, Piped, Source

CHUNK: Final = 1 << 14
Read: TypeAlias = Callable[[int], Awaitable[bytes]]
Direction: TypeAlias = Literal["down", "up"]
"""`down` is what the server sends, `up` what the client sends."""


class Sink(Protocol):
    """Where bytes go; asyncio's `StreamWriter` is one."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""
        ...

    async def drain(self) -> object:
        """Wait until more bytes are welcome."""
        ...

    def write_eof(self) -> object:
        """Tell that nothing more comes."""
        ...


class CutShort(Exception):  # noqa: N818  # what a fault wants, no error of ours
    """A fault ended a stream before its source did: the connection is closed."""


class Received:
    """What arrives from one side."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.ended = False

    def __aiter__(self) -> Source:
        return self

    async def __anext__(self) -> bytes:
        """Return what has arrived."""
        chunk = await self._read(CHUNK)
        if not chunk:
            self.ended = True
            raise StopAsyncIteration
        return chunk


class Carrier(Protocol):
    """What carries the bytes of one connection through a relay."""

    async def carry(self, direction: Direction, source: Received, sink: Sink) -> None:
        """Carry one direction to its end.

        Raises:
            ConnectionReset: the connection is to be reset.
            CutShort: it is to be closed.
        """
        ...

    async def refuse(self, source: Received, sink: Sink, /) -> bool:
        """Tell the client that the server cannot be reached; return whether that was possible.

        Raises:
            CutShort: it is to be closed.
        """
        ...

    def over(self) -> None:
        """Note that the connection is gone, however that came about."""
        ...


class Connection:
    """The faults of a relay as they act on one connection."""

    def __init__(
        self,
        chosen: Sequence[ChosenFault],
        messages: Callable[[], Messages],
        numbers: Iterator[int],
    ) -> None:
        self._numbers = numbers
        self._gates = [Gate(fault, lambda: self.number) for fault in chosen]
        self._heeding = [gate for gate in self._gates if gate.chosen.by_message]
        self._messages = messages() if self._heeding else None

    @cached_property
    def number(self) -> int:
        """Its place among the connections on which anything was said: clients open idle ones."""
        return next(self._numbers)

    async def carry(self, direction: Direction, source: Received, sink: Sink) -> None:
        """Carry one direction to its end: what the faults leave of `source` goes to `sink`.

        Raises:
            ConnectionReset: a fault resets the connection.
            CutShort: a fault ended the stream.
        """
        try:
            async with self._through(source, direction) as stream:
                async for chunk in stream:
                    sink.write(chunk)
                    await sink.drain()
        except HalfClosed:
            sink.write_eof()
            async for _ in source:
                pass  # the sender must not notice
            return
        if not source.ended:
            raise CutShort
        sink.write_eof()

    async def refuse(self, _source: Received, _sink: Sink, /) -> bool:
        """Say nothing: the client is reset."""
        return False

    def over(self) -> None:
        """Leave it at that: faults keep nothing."""

    @asynccontextmanager
    async def _through(self, source: Source, direction: Direction) -> AsyncGenerator[Source]:
        """Give what the faults of one direction make of the bytes of `source`."""
        async with AsyncExitStack() as stages:
            if direction == "up" and self._messages is not None:
                heard = self._heard(self._messages, source)
                source = await stages.enter_async_context(aclosing(heard))
            for gate in self._gates:
                if gate.chosen.place.direction == direction:
                    source = await stages.enter_async_context(aclosing(gate.through(source)))
            yield source

    async def _heard(self, messages: Messages, source: Source) -> Piped:
        """Tell the gates of the client's messages before the server gets them."""
        async for chunk in source:
            for message in messages.feed(chunk):
                for gate in self._heeding:
                    gate.hear(message)
            yield chunk
