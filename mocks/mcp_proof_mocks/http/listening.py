"""An application behind a TCP port."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple

from mcp_proof_mocks.http.connections import Connections, Limits
from mcp_proof_mocks.http.messages import Handshake
from mcp_proof_mocks.http.protocol import Application, HttpProtocol
from mcp_proof_mocks.listener import stop_listening

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104  # listened on by the fault, or when the user asks for it
LOCALLY: Final = "127.0.0.1"
DEFAULT_LIMITS: Final = Limits()


class Bound(NamedTuple):
    """What is listened on."""

    address: str
    port: int


async def nothing_more() -> None:
    """End nothing besides the connections."""


@asynccontextmanager
async def listening(  # noqa: PLR0913  # all but where and what by keyword
    application: Application,
    host: str,
    port: int,
    *,
    limits: Limits = DEFAULT_LIMITS,
    handshake: "Handshake | None" = None,
    ending: Callable[[], Awaitable[None]] = nothing_more,
    connections: Connections | None = None,
) -> AsyncGenerator[Bound]:
    """Answer requests while the block runs; gives what is listened on.

    Args:
        application: what answers.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        limits: what clients may ask of its patience.
        handshake: what makes WebSockets of connections, if anything does.
        connections: what keeps account of them, with limits of its own.
        ending: ends what connections wait for, before they are cut.

    Raises:
        OSError: it cannot listen there.
    """
    connections = Connections(limits) if connections is None else connections
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: HttpProtocol(application, connections, handshake), host, port
    )
    watching = asyncio.create_task(connections.watch())
    try:
        yield Bound(*listener.sockets[0].getsockname()[:2])
    finally:
        await stop_listening(listener)
        await ending()
        connections.abort()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await listener.wait_closed()


def shown_host(host: str) -> str:
    """Return the host of a URL at which what listens on `host` can be reached."""
    if host == EVERYWHERE:
        return LOCALLY
    return f"[{host}]" if ":" in host else host
