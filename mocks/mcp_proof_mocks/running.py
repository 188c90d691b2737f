"""The mock beside code that has no event loop: served over HTTP from a thread of its own."""

import asyncio
import threading
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager

from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer


@contextmanager
def running(server: MockServer, *, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
    """Serve while the block runs; gives the endpoint's URL.

    Raises:
        OSError: it cannot listen there.
        RuntimeError: the server is running already.
        AssertionError: the server is strict, and a client asked for what is not foreseen.
    """
    if server.home is not None:
        raise RuntimeError("this mock is running already: use the URL that it has, or another mock")
    listening: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]] = Future()

    async def serve() -> None:
        over = asyncio.Event()
        try:
            async with serving(server, host=host, port=port) as url:
                listening.set_result((asyncio.get_running_loop(), over, url))
                await over.wait()
        except Exception as error:
            if listening.done():
                raise
            listening.set_exception(error)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="mcp-proof mock")
    thread.start()
    try:
        loop, over, url = listening.result()
    except BaseException:
        thread.join()
        raise
    server.home, server.url = loop, url
    try:
        yield url
    finally:
        server.home, server.url = None, ""
        loop.call_soon_threadsafe(over.set)
        thread.join()
    server.verify()
