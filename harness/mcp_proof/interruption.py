"""The wish of a user that a run ends."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Interruption:
    """Whether a run is to end now."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()

    @property
    def wanted(self) -> bool:
        """Whether it is."""
        return self._wanted.is_set()

    def want(self) -> None:
        """End the run."""
        self._wanted.set()

    async def unless(self, work: Awaitable[T]) -> T | None:
        """Await `work`; cancel it and return `None` when the run is to end."""
        running = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return running.result() if running.done() else None
        finally:
            running.cancel()
            stopping.cancel()
            await asyncio.gather(running, stopping, return_exceptions=True)
