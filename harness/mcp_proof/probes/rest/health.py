"""Stimuli at the health check."""

import asyncio
from typing import Final

from mcp_proof.dialects.rest import RestServer
from mcp_proof.probe import probe
from mcp_proof_contracts.dialect import Dialect

APART: Final = 1.1
"""Seconds between two checks: some servers tell the time by whole seconds."""


@probe("rest-health", dialects=(Dialect.REST,))
async def health(server: RestServer) -> None:
    """Two health checks that are more than a second apart."""
    await server.request("GET", server.health_path)
    await asyncio.sleep(APART)
    await server.request("GET", server.health_path)
