"""The bytes of a source, which need not be waited for to the end."""

import asyncio
from typing import Any

from mcp_proof_mocks.stream.stream_fault import Source
from mcp_proof_mocks.stream.switch import Switch


class Arrivals:
    """Chunk after chunk of a source; a wait that was given up goes on where it was."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._coming: asyncio.Future[bytes | None] | None = None

    async def next(self) -> bytes | None:
        """Return the next chunk; `None` at the end."""
        if self._coming is None:
            return await anext(self._source, None)
        chunk = await self._coming
        self._coming = None
        return chunk

    async def next_while_on(self, switch: Switch) -> bytes | None:
        """Return the next chunk; `None` at the end, and as soon as the switch is off."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._chunk())
        off = asyncio.ensure_future(switch.off())
        first: tuple[asyncio.Future[Any], ...] = (self._coming, off)
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            off.cancel()
        return await self.next() if self._coming.done() else None

    async def _chunk(self) -> bytes | None:
        return await anext(self._source, None)

    async def close(self) -> None:
        """Wait for nothing any more."""
        if self._coming is not None:
            self._coming.cancel()
            await asyncio.wait({self._coming})
            if not self._coming.cancelled():
                self._coming.exception()  # nobody is left to be told
