"""From which severity on log messages are wanted."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performs


@performs("set-level")
async def level_set(client: MockClient, wish: JsonObject) -> Json:
    """Ask for log messages of this level and above (utilities/logging)."""
    level = str(wish["level"]) if client.keeps("logging-client-level-valid") else "warn"
    if client.revision not in STATEFUL:
        client.log_level = level
        return None
    return await client.request("logging/setLevel", {"level": level})
