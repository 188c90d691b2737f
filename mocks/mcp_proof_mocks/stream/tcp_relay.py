"""A relay in front of an HTTP server: every connection passes through the faults."""

import asyncio
import itertools
import logging
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from mcp_proof_mocks.http.listening import shown_host
from mcp_proof_mocks.listener import stop_listening
from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.stream.connection import Connection, CutShort, Received
from mcp_proof_mocks.stream.messages import HttpMessages
from mcp_proof_mocks.stream.stream_fault import ConnectionReset

ABORTIVE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends RST instead of FIN."""
SCHEMES: Final = ("http", "https", "ws")
"""Of these URLs it can be said what is wrong."""

_log: Final = logging.getLogger(__name__)

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def relayed(
    url: str,
    chosen: Sequence[ChosenFault],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tell: Callable[[str], None] = _log.warning,
) -> AsyncGenerator[str]:
    """Stand in front of the server at `url` while the block runs; gives the URL to use instead.

    Everything that no fault changes passes through untouched, the `Host` header included.

    Args:
        url: the server; plain HTTP only.
        chosen: the faults; those of one direction act in this order.
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        tell: told what the client cannot see, such as a server that cannot be reached.

    Raises:
        ValueError: the URL is none that a relay can stand in front of.
        OSError: it cannot listen.
    """
    target = plain_http(url)
    numbers = itertools.count(1)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(chosen, HttpMessages, numbers)
        task = asyncio.create_task(_serve(connection, target, (reader, writer), tell))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(connected, host, port)
    bound = listener.sockets[0].getsockname()[1]
    try:
        yield target._replace(netloc=f"{shown_host(host)}:{bound}").geturl()
    finally:
        await stop_listening(listener)
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def plain_http(url: str) -> SplitResult:
    """Return the parts of a URL that a relay can stand in front of.

    Raises:
        ValueError: it can not.
    """
    try:
        target = urlsplit(url)
        usable = target.scheme in SCHEMES and target.hostname and target.port != 0
    except ValueError as error:
        raise ValueError(f"{url!r} is no URL: {error}") from error
    if not usable:
        raise ValueError(f"{url!r} is no http URL such as http://127.0.0.1:3001/mcp")
    if target.scheme == "https":
        raise ValueError(
            f"{url}: the bytes of https are encrypted, so faults can neither find messages in them "
            "nor cut them where it matters. Give the http URL behind the encryption."
        )
    return target


async def _serve(
    connection: Connection,
    target: SplitResult,
    client: Streams,
    tell: Callable[[str], None],
) -> None:
    """Carry one connection in both directions until it is over."""
    ends = [client]
    try:
        ends.append(await asyncio.open_connection(target.hostname, target.port or 80))
        await _carry_both(connection, *ends)
    except OSError as error:
        tell(f"cannot reach {target.hostname}:{target.port or 80}: {error.strerror or error}")
        _reset(client)
    except asyncio.CancelledError:
        for _, writer in ends:
            writer.transport.abort()  # nobody waits for what is still unsent
        raise
    finally:
        for _, writer in ends:
            writer.close()
        for _, writer in ends:
            with suppress(OSError):
                await writer.wait_closed()


async def _carry_both(connection: Connection, client: Streams, server: Streams) -> None:
    """Return when both directions have come to their ends, or one of them ended both."""
    try:
        async with asyncio.TaskGroup() as directions:
            up = connection.carry("up", Received(client[0].read), server[1])
            down = connection.carry("down", Received(server[0].read), client[1])
            directions.create_task(up)
            directions.create_task(down)
    except* CutShort:
        pass  # both are closed now
    except* (ConnectionReset, OSError):
        _reset(client)
        _reset(server)


def _reset(streams: Streams) -> None:
    _, writer = streams
    with suppress(OSError):  # the other side may have been faster
        connected: socket.socket = writer.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORTIVE)
    writer.transport.abort()
