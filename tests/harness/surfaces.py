"""Surfaces of mocks and other servers, read as the commands read them."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from mcp_proof.approach import approach
from mcp_proof.lock.surface_of_server import surface_of_server
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, UrlTarget, WebSocketTarget, header_of, target_of
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.surface import Surface
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 60.0


def surface(peer: Any, spoken: Spoken | None = None) -> Surface:
    """Read the surface of a peer: a mock (in memory), a command, a URL."""
    return asyncio.run(read_surface(peer, spoken))


def served_surface(contract: str | Mapping[str, Any], spoken: Spoken | None = None) -> Surface:
    """Read the surface of a mock that listens on a port."""

    async def run() -> Surface:
        server = MockServer(contract)
        headers = server.authorization.headers() if server.authorization else {}
        async with serving(server) as url:
            socket = url.startswith("ws")
            return await read_surface(
                WebSocketTarget(url) if socket else UrlTarget(url, headers), spoken
            )

    return asyncio.run(run())


async def read_surface(peer: Any, spoken: Spoken | None = None) -> Surface:
    """Read the surface of a peer."""
    async with AsyncExitStack() as stack, asyncio.timeout(BOUND):
        target = peer if isinstance(peer, Target) else target_of(peer)
        reachable = await stack.enter_async_context(target.started())
        server = await approach(reachable, Recorder(header_of(target)), spoken, 10)
        stack.push_async_callback(server.close)
        return await surface_of_server(server)
