"""What takes time, and nothing else."""

import asyncio

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performs


@performs("wait")
async def waited(_client: MockClient, wish: JsonObject) -> Json:
    """Stay connected for so many seconds, and do nothing."""
    seconds = wish.get("seconds")
    await asyncio.sleep(seconds if isinstance(seconds, int | float) else 0)
    return None
