"""Blocking work that has to be done to its end once it has begun."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def _nothing() -> None:
    pass


async def in_thread(work: Callable[[], T], *, hurry: Callable[[], None] = _nothing) -> T:
    """Return what `work` returns in a thread; a cancellation waits for its end, for it has begun.

    `hurry` is called then, to make that soon.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.wait({running})
    except asyncio.CancelledError:
        hurry()
        await asyncio.gather(running, return_exceptions=True)
        raise
    return running.result()
