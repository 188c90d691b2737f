"""The roots of the client's user."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performs


@performs("change-roots")
async def changed(client: MockClient, wish: JsonObject) -> Json:
    """Have other roots from now on (client/roots, Root List Changes)."""
    client.user = {**client.user, "roots": wish["roots"]}
    declared = as_object(client.capabilities.get("roots")).get("listChanged")
    if declared is True and client.keeps("roots-list-changed-sent"):
        await client.notify("notifications/roots/list_changed")
    return None
