"""The mock behind a TCP port."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

from mcp_proof_mocks.http.connections import Connections, Limits
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import Handshake
from mcp_proof_mocks.http.protocol import HttpProtocol
from mcp_proof_mocks.listener import stop_listening
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.server import MockServer

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104  # listened on by the fault, or when the user asks for it
LOCALLY: Final = "127.0.0.1"
DEFAULT_LIMITS: Final = Limits()


@asynccontextmanager
async def serving(
    server: MockServer,
    *,
    host: str = LOCALLY,
    port: int = 0,
    control: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> AsyncGenerator[str]:
    """Serve while the block runs; gives the endpoint's URL.

    Args:
        server: the mock.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        control: whether programs on this machine may change the faults meanwhile.
        limits: what clients may ask of its patience.

    Raises:
        OSError: it cannot listen there.
        ValueError: `control` would not know the clients on this machine from others.
    """
    if not server.keeps("sec-bind-localhost"):
        host = EVERYWHERE
    endpoint = HttpEndpoint(server, control=control)
    if not server.stream_faults:
        async with _listening(endpoint, host, port, limits) as url:
            yield url
        return
    # Few mocks disturb the bytes.
    from mcp_proof_mocks.stream.tcp_relay import relayed  # noqa: PLC0415

    if control and not is_loopback(host):
        raise ValueError("behind the relay of stream faults all clients look local; leave one out")
    endpoint.access.any_host = not is_loopback(host)  # the clients' `Host` names the relay
    async with (
        _listening(endpoint, LOCALLY, 0, limits) as inner,
        relayed(inner, server.stream_faults, host=host, port=port) as url,
    ):
        yield url


@asynccontextmanager
async def _listening(
    endpoint: HttpEndpoint, host: str, port: int, limits: Limits
) -> AsyncGenerator[str]:
    connections = Connections(limits)
    loop = asyncio.get_running_loop()
    scheme, handshake = endpoint.routes.scheme, _handshake(endpoint)
    listener = await loop.create_server(
        lambda: HttpProtocol(endpoint, connections, handshake), host, port
    )
    bound_to, bound = listener.sockets[0].getsockname()[:2]
    if not is_loopback(bound_to):
        endpoint.access.any_host = True
    watching = asyncio.create_task(connections.watch())
    try:
        yield f"{scheme}://{shown_host(host)}:{bound}{endpoint.routes.path}"
    finally:
        await stop_listening(listener)
        await endpoint.server.close()
        connections.abort()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await listener.wait_closed()


def _handshake(endpoint: HttpEndpoint) -> "Handshake | None":
    """What makes WebSockets of connections; `None` where the mock speaks over none."""
    if endpoint.routes.scheme == "http":
        return None
    from mcp_proof_mocks.http.websocket import handshake  # noqa: PLC0415  # an extra

    return handshake


def shown_host(host: str) -> str:
    """Return the host of a URL at which what listens on `host` can be reached."""
    if host == EVERYWHERE:
        return LOCALLY
    return f"[{host}]" if ":" in host else host
