"""The question whether anybody is there."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.client.asked import answers
from mcp_proof_mocks.client.mock_client import MockClient


@answers("ping")
async def pong(client: MockClient, _params: JsonObject) -> JsonObject:
    """Answer with an empty result."""
    return {} if client.keeps("ping-client-answers-empty") else {"pong": True}
