"""Connections that are made anew."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performs


@performs("reconnect")
async def reconnected(client: MockClient, _wish: JsonObject) -> Json:
    """Close the connection, and open another one to the same server."""
    await client.reconnect()
    return None
