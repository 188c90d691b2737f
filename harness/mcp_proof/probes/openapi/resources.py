"""Stimuli at resources."""

from typing import Final

from mcp_proof.dialects.openapi_jsonrpc import OpenApiJsonRpcServer
from mcp_proof.probe import probe
from mcp_proof_contracts.dialect import Dialect

NOWHERE: Final = "mcp-proof://no-such-resource"


@probe("openapi-unknown-resource", dialects=(Dialect.OPENAPI_JSONRPC,))
async def unknown_resource(server: OpenApiJsonRpcServer) -> None:
    """A read of, and a subscription to, a resource that no server has, where there are any."""
    if await server.list_resources():
        await server.rpc("resources/read", {"uri": NOWHERE}, case="read")
        await server.rpc("resources/subscribe", {"uri": NOWHERE}, case="watched")
