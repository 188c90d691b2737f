"""A relay in front of an HTTP server: every connection passes through the faults."""

import asyncio
import itertools
import logging
import socket
import ssl
import struct
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from mcp_proof_mocks.http.listening import shown_host
from mcp_proof_mocks.listener import stop_listening
from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.stream.connection import Carrier, Connection, CutShort, Received, Sink
from mcp_proof_mocks.stream.messages import HttpMessages
from mcp_proof_mocks.stream.stream_fault import ConnectionReset

ABORTIVE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER on, for no time: closing sends RST instead of FIN."""
SCHEMES: Final = ("http", "https", "ws")
"""Of these URLs it can be said what is wrong."""

PORTS: Final = {"https": 443, "wss": 443, "redis": 6379, "rediss": 6379}

BACKLOG: Final = 4096
"""Connections that may wait to be accepted: the users of a load all come at once."""

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

    def connection() -> Connection:
        return Connection(chosen, HttpMessages, numbers)

    async with relaying(target, connection, host=host, port=port, tell=tell) as bound:
        yield target._replace(netloc=bound).geturl()


@asynccontextmanager
async def relaying(  # noqa: PLR0913  # where to, where from, and what in between
    target: SplitResult,
    connection: Callable[[], Carrier],
    *,
    host: str,
    port: int,
    tell: Callable[[str], None],
    tls: ssl.SSLContext | None = None,
) -> AsyncGenerator[str]:
    """Stand in front of a server; gives the address to use in the place of its own.

    Args:
        target: the server.
        connection: makes what carries the bytes of each connection.
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        tell: told what the client cannot see, such as a server that cannot be reached.
        tls: what is trusted, where the server is reached over TLS.

    Raises:
        OSError: it cannot listen.
    """
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream = Upstream(target, tls, tell)
        task = asyncio.create_task(_serve(connection(), upstream, (reader, writer)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(connected, host, port, backlog=BACKLOG)
    bound = listener.sockets[0].getsockname()[1]
    try:
        yield f"{shown_host(host)}:{bound}"
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


class Upstream:
    """The server that a relay stands in front of."""

    def __init__(
        self, target: SplitResult, tls: ssl.SSLContext | None, tell: Callable[[str], None]
    ) -> None:
        self._host = target.hostname
        self._port = target.port or PORTS.get(target.scheme, 80)
        self._tls = tls
        self._tell = tell

    async def connected(self) -> Streams:
        """Return a new connection to it."""
        return await asyncio.open_connection(self._host, self._port, ssl=self._tls)

    def tell(self, error: OSError) -> None:
        """Tell that it cannot be reached."""
        self._tell(f"cannot reach {self._host}:{self._port}: {error.strerror or error}")


async def _serve(connection: Carrier, upstream: Upstream, client: Streams) -> None:
    """Carry one connection in both directions until it is over."""
    ends = [client]
    try:
        try:
            ends.append(await upstream.connected())
        except OSError as error:
            upstream.tell(error)
            await _refuse(connection, client)
        else:
            await _carry_both(connection, *ends)
    except asyncio.CancelledError:
        for _, writer in ends:
            writer.transport.abort()  # nobody waits for what is still unsent
        raise
    finally:
        connection.over()
        for _, writer in ends:
            writer.close()
        for _, writer in ends:
            with suppress(OSError):
                await writer.wait_closed()


async def _refuse(connection: Carrier, client: Streams) -> None:
    """Tell a client that the server cannot be reached, in its own terms if these are known."""
    with suppress(OSError, CutShort):
        if await connection.refuse(Received(client[0].read), client[1]):
            return
    _reset(client)


async def _carry_both(connection: Carrier, client: Streams, server: Streams) -> None:
    """Return when both directions have come to their ends, or one of them ended both."""
    try:
        async with asyncio.TaskGroup() as directions:
            up = connection.carry("up", Received(client[0].read), _sink(server[1]))
            down = connection.carry("down", Received(server[0].read), _sink(client[1]))
            directions.create_task(up)
            directions.create_task(down)
    except* CutShort:
        pass  # both are closed now
    except* (ConnectionReset, OSError):
        _reset(client)
        _reset(server)


def _sink(writer: asyncio.StreamWriter) -> Sink:
    return writer if writer.can_write_eof() else TlsSink(writer)


class TlsSink:
    """A connection over TLS, of which no direction ends without the other."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.write = writer.write
        self.drain = writer.drain
        self.write_eof = writer.close


def _reset(streams: Streams) -> None:
    _, writer = streams
    with suppress(OSError):  # the other side may have been faster
        connected: socket.socket = writer.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORTIVE)
    writer.transport.abort()
