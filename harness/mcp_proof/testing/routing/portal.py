"""A way into an event loop that somebody else runs, in another thread."""

import asyncio
from collections.abc import Generator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from contextvars import Context

from anyio.from_thread import BlockingPortal


@contextmanager
def portal_into(loop: asyncio.AbstractEventLoop) -> Generator[BlockingPortal]:
    """Open a portal into the loop; that may end before the block does, and the portal with it."""
    opened: Future[BlockingPortal] = Future()

    async def hold() -> None:
        try:
            async with BlockingPortal() as portal:
                opened.set_result(portal)
                await portal.sleep_until_stopped()
        except Exception as error:
            if not opened.done():
                opened.set_exception(error)
            raise

    # In the context of this thread, anyio would take the loop for one of this thread's kind.
    holding = Context().run(asyncio.run_coroutine_threadsafe, hold(), loop)
    portal = opened.result()
    try:
        yield portal
    finally:
        with suppress(RuntimeError, CancelledError):  # the loop has ended
            portal.call(portal.stop)
            holding.result()
