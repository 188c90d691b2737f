"""The users that the client works for."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performs


@performs("become")
async def became(client: MockClient, wish: JsonObject) -> Json:
    """Go on for another user, with `token` as the access token, and keep what is kept."""
    client.token = str(wish["token"])
    return None
