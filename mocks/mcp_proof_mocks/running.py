"""The mock beside code that has no event loop: served over HTTP from a thread of its own."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from anyio.from_thread import start_blocking_portal

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
    with (
        start_blocking_portal(name="mcp-proof mock") as portal,
        portal.wrap_async_context_manager(serving(server, host=host, port=port)) as url,
    ):
        server.home, server.url = portal.call(asyncio.get_running_loop), url
        try:
            yield url
        finally:
            server.home, server.url = None, ""
    server.verify()
