"""The mock beside code that has no event loop: served from a thread of its own."""

import asyncio
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, contextmanager

from anyio.from_thread import start_blocking_portal

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer


@contextmanager
def running(
    server: MockServer, *, host: str = "127.0.0.1", port: int = 0, redis: str = ""
) -> Generator[str]:
    """Serve while the block runs; gives the endpoint's URL.

    Args:
        server: the mock.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        redis: the URL of the Redis through which a queue is served, which listens nowhere itself.

    Raises:
        OSError: it cannot listen there.
        ValueError: a queue is served through a Redis, and nothing else is.
        NoRedisError: no Redis answers there.
        RuntimeError: the server is running already.
        AssertionError: the server is strict, and a client asked for what is not foreseen.
    """
    if server.home is not None:
        raise RuntimeError("this mock is running already: use the URL that it has, or another mock")
    with (
        start_blocking_portal(name="mcp-proof mock") as portal,
        portal.wrap_async_context_manager(_served(server, host, port, redis)) as url,
    ):
        server.home, server.url = portal.call(asyncio.get_running_loop), url
        try:
            yield url
        finally:
            server.home, server.url = None, ""
    server.verify()


def _served(
    server: MockServer, host: str, port: int, redis: str
) -> AbstractAsyncContextManager[str]:
    if not redis:
        return serving(server, host=host, port=port)
    if server.contract.dialect is not Dialect.QUEUE:
        raise ValueError(f"{server.contract.dialect} is not served through a Redis")
    from mcp_proof_mocks.dialects.queue import serving_queue  # noqa: PLC0415  # it takes an extra

    return serving_queue(server, redis)
