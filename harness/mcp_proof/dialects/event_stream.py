"""Listening to a stream of server-sent events, within bounds."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.json_value import Json


class EventStream:
    """A stream that was asked for, and what has come on it."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._came = asyncio.Event()
        """Set when an event has come, or the stream has ended."""
        sending.receive = self._note
        sending.ended.add_done_callback(self._note)

    @property
    def status(self) -> int | None:
        """The HTTP status; `None` when nothing came."""
        return self._sending.status

    @property
    def events(self) -> Sequence[Json]:
        """What the events carried, as far as it is JSON."""
        return [message.value for message in self._sending.messages if not message.fault]

    @property
    def ended(self) -> bool:
        """Whether nothing more can come."""
        return self._sending.ended.done()

    async def until(self, enough: Callable[[Sequence[Json]], bool], seconds: float) -> bool:
        """Wait for so long until enough has come, or the stream ends.

        Returns:
            Whether enough has come.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not enough(self.events) and not self.ended:
                    self._came.clear()
                    await self._came.wait()
        return enough(self.events)

    def _note(self, _what: object) -> None:
        self._came.set()


@asynccontextmanager
async def opened_stream(
    server: JsonRpcServer, path: str, *, case: str = ""
) -> AsyncGenerator[EventStream]:
    """Ask for a stream, and close it when the block ends; its head has arrived, if ever."""
    sending = await server.listen(path, case=case)
    stream = EventStream(sending)
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(sending.answered.wait(), server.timeout)
        yield stream
    finally:
        sending.close()
        await asyncio.wait({sending.ended})
