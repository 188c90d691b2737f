"""The mock behind a TCP port."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from mcp_proof_mocks.http.endpoint import PATH, HttpEndpoint
from mcp_proof_mocks.http.protocol import HttpProtocol
from mcp_proof_mocks.server import MockServer

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104  # listened on by the fault, or when the user asks for it


@asynccontextmanager
async def serving(
    server: MockServer, *, host: str = "127.0.0.1", port: int = 0, control: bool = False
) -> AsyncGenerator[str]:
    """Serve while the block runs; gives the endpoint's URL.

    Args:
        server: the mock.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        control: whether programs on this machine may change the faults meanwhile.
    """
    endpoint = HttpEndpoint(server, control=control)
    protocols: set[HttpProtocol] = set()

    def connect() -> HttpProtocol:
        return HttpProtocol(endpoint, protocols)

    if not server.keeps("sec-bind-localhost"):
        host = EVERYWHERE
    listener = await asyncio.get_running_loop().create_server(connect, host, port)
    bound = listener.sockets[0].getsockname()[1]
    shown = "127.0.0.1" if host == EVERYWHERE else f"[{host}]" if ":" in host else host
    try:
        yield f"http://{shown}:{bound}{PATH}"
    finally:
        listener.close()
        for protocol in list(protocols):
            protocol.abort()
        server.tasks.close()
        await listener.wait_closed()
