"""A TCP server of the test's own, a function of one connection, and what proves it left nothing."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from mcp_proof_mocks.listener import stop_listening

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
T = TypeVar("T")


@asynccontextmanager
async def serving(peer: Peer) -> AsyncGenerator[str]:
    """Serve while the block runs; gives the URL."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            # Some read JSON as most programs do, which ends at what is nested too deeply.
            with suppress(ConnectionError, asyncio.IncompleteReadError, RecursionError):
                await peer(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp"
    finally:
        await stop_listening(server)
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


def alone(work: Awaitable[T]) -> T:
    """Run to the end; neither a task nor an open socket outlives it."""
    unheard: list[dict[str, Any]] = []

    async def run() -> T:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: unheard.append(told))
        try:
            return await work
        finally:
            await asyncio.sleep(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            gc.collect()  # what nobody closed or heard of is told now; warnings are errors
            assert unheard == [], unheard

    return asyncio.run(run())
