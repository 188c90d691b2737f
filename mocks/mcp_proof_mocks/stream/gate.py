"""Where a fault meets the bytes of one connection: open while it acts on them."""

from collections.abc import Callable
from contextlib import aclosing
from functools import cached_property
from random import Random

from mcp_proof_contracts.wire import Message
from mcp_proof_mocks.stream.arrivals import Arrivals
from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.stream.stream_fault import Piped, Source


class Gate:
    """One fault on one connection."""

    def __init__(self, chosen: ChosenFault, number: Callable[[], int]) -> None:
        self.chosen = chosen
        self._connection = number
        """The connection's place among all, settled when it is first asked for."""
        # What no message begins acts from the first byte to the last: one span.
        self._begun = 0 if chosen.by_message else 1
        self._open = not chosen.by_message

    @cached_property
    def _random(self) -> Random:
        return self.chosen.chance(self._connection())

    @cached_property
    def _concerned(self) -> bool:
        """Whether the fault has to do with this connection at all."""
        if self.chosen.place.connection not in (None, self._connection()):
            return False
        likely = self.chosen.selection.probability
        return self.chosen.by_message or self._random.random() < likely

    def hear(self, message: Message) -> None:
        """Open for a message that begins the fault, close for every other one."""
        on = self.chosen.on and self._concerned
        self._open = on and self.chosen.begins_with(message)
        self._begun += self._open

    @property
    def span(self) -> int:
        """The number of the span of bytes that the fault acts on now; 0 when it does not."""
        return self._begun if self._open and self.chosen.on and self._concerned else 0

    async def through(self, source: Source) -> Piped:
        """Yield the bytes of `source`, those of each span as the fault leaves them."""
        arrivals = Arrivals(source)
        try:
            pending = await arrivals.next()
            while pending is not None:
                if not self.span:
                    yield pending
                    pending = await arrivals.next()
                    continue
                self.chosen.acted = True
                span = Span(self, pending, arrivals)
                async with aclosing(self.chosen.fault.pipe(span, self._random)) as piped:
                    async for chunk in piped:
                        yield chunk
                if not span.over:
                    return  # the fault ended the stream
                pending = await arrivals.next() if span.following is None else span.following
        finally:
            await arrivals.close()


class Span:
    """The bytes from where a gate opened to where it closes, or opens anew."""

    def __init__(self, gate: Gate, first: bytes, arrivals: Arrivals) -> None:
        self._gate = gate
        self._number = gate.span
        self._arrivals = arrivals
        self.following: bytes | None = first
        """The next bytes, once they have been read: at the end, those beyond it."""
        self.over = False

    def __aiter__(self) -> Source:
        return self

    async def __anext__(self) -> bytes:
        """Return the next bytes, as long as they belong to this span."""
        if self.over:
            raise StopAsyncIteration
        if self.following is None:
            self.following = await self._next()
        if self.following is None or self._gate.span != self._number:
            self.over = True
            raise StopAsyncIteration
        chunk, self.following = self.following, None
        return chunk

    async def _next(self) -> bytes | None:
        switch = self._gate.chosen.switch
        if switch is None:
            return await self._arrivals.next()
        return await self._arrivals.next_while_on(switch)
