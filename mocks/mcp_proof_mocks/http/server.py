"""The mock behind a TCP port."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp_proof_mocks.http.connections import Limits
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.listening import (
    DEFAULT_LIMITS,
    EVERYWHERE,
    LOCALLY,
    listening,
    shown_host,
)
from mcp_proof_mocks.http.messages import Handshake
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.server import MockServer


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
        async with _served(endpoint, host, port, limits) as url:
            yield url
        return
    # Few mocks disturb the bytes.
    from mcp_proof_mocks.stream.tcp_relay import relayed  # noqa: PLC0415

    if control and not is_loopback(host):
        raise ValueError("behind the relay of stream faults all clients look local; leave one out")
    endpoint.access.any_host = not is_loopback(host)  # the clients' `Host` names the relay
    async with (
        _served(endpoint, LOCALLY, 0, limits) as inner,
        relayed(inner, server.stream_faults, host=host, port=port) as url,
    ):
        yield url


@asynccontextmanager
async def _served(
    endpoint: HttpEndpoint, host: str, port: int, limits: Limits
) -> AsyncGenerator[str]:
    handshake = handshake_of(endpoint)
    async with listening(
        endpoint, host, port, limits=limits, handshake=handshake, ending=endpoint.server.close
    ) as bound:
        if not is_loopback(bound.address):
            endpoint.access.any_host = True
        routes = endpoint.routes
        yield f"{routes.scheme}://{shown_host(host)}:{bound.port}{routes.path}"


def handshake_of(endpoint: HttpEndpoint) -> "Handshake | None":
    """What makes WebSockets of connections; `None` where the mock speaks over none."""
    if endpoint.routes.scheme == "http":
        return None
    from mcp_proof_mocks.http.websocket import handshake  # noqa: PLC0415  # an extra

    return handshake
