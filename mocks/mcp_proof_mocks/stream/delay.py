"""Bytes that arrive later, without arriving more slowly."""

import asyncio
from collections.abc import Callable
from typing import Final

from mcp_proof_mocks.stream.stream_fault import Piped, Source

READ_AHEAD: Final = 1024
"""Chunks that may be under way at once; then the sender has to wait."""


async def delayed(source: Source, delay: Callable[[], float]) -> Piped:
    """Yield each chunk so many seconds after it came, in order; the end likewise."""
    clock = asyncio.get_running_loop().time
    under_way: asyncio.Queue[tuple[float, bytes | Exception | None]] = asyncio.Queue(READ_AHEAD)

    async def read() -> None:
        end: Exception | None = None
        try:
            async for chunk in source:
                await under_way.put((clock() + delay(), chunk))
        except Exception as error:  # noqa: BLE001  # raised again where the bytes come out
            end = error
        await under_way.put((clock() + delay(), end))

    reading = asyncio.create_task(read())
    try:
        while True:
            due, item = await under_way.get()
            await asyncio.sleep(due - clock())
            if not isinstance(item, bytes):
                break
            yield item
        if item is not None:
            raise item
    finally:
        reading.cancel()
        await asyncio.wait({reading})
