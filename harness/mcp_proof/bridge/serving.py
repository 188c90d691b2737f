"""A bridge behind a TCP port."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp_proof.bridge.bridge import Bridge
from mcp_proof.bridge.routes import BridgeRoutes
from mcp_proof_contracts.openapi.tools import DOCUMENT
from mcp_proof_mocks.http.listening import LOCALLY, listening, shown_host


@asynccontextmanager
async def serving_bridge(
    bridge: Bridge, faults: list[str], *, host: str = LOCALLY, port: int = 0
) -> AsyncGenerator[str]:
    """Serve while the block runs; gives the URL of the document.

    Args:
        bridge: what calls the tools.
        faults: takes what goes wrong in mcp-proof itself, as tracebacks.
        host: the address to listen on.
        port: the port; 0 takes a free one.

    Raises:
        OSError: it cannot listen there.
    """
    async with listening(BridgeRoutes(bridge, host, faults), host, port) as bound:
        yield f"http://{shown_host(host)}:{bound.port}{DOCUMENT}"
