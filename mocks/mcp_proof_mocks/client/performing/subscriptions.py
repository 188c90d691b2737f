"""Subscriptions: to changes of lists and of resources."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.failure import InvalidError
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performs


@performs("listen")
async def listening(client: MockClient, wish: JsonObject) -> Json:
    """Listen to changes, under a name: `notifications` is a filter of `subscriptions/listen`."""
    await client.subscriptions.listen(str(wish["name"]), as_object(wish["notifications"]))
    return None


@performs("stop-listening")
async def stopped(client: MockClient, wish: JsonObject) -> Json:
    """Listen no longer; return the notifications that came, each with `method` and `params`."""
    return await client.subscriptions.stop(str(wish["name"]))


@performs("subscribe")
async def subscribed(client: MockClient, wish: JsonObject) -> Json:
    """Hear of changes of a resource."""
    uri = str(wish["uri"])
    if client.revision not in STATEFUL:
        await client.subscriptions.listen(uri, {"resourceSubscriptions": [uri]})
        return None
    resources = as_object(client.era.server.get("resources"))
    declared = resources.get("subscribe") is True
    if not declared and client.keeps("resources-subscribe-needs-capability"):
        raise InvalidError("the server takes no subscriptions")
    if not declared:
        return (await client.exchange("resources/subscribe", {"uri": uri})).result
    return await client.request("resources/subscribe", {"uri": uri})


@performs("unsubscribe")
async def unsubscribed(client: MockClient, wish: JsonObject) -> Json:
    """Hear of them no longer."""
    uri = str(wish["uri"])
    if client.revision not in STATEFUL:
        return await client.subscriptions.stop(uri)
    return await client.request("resources/unsubscribe", {"uri": uri})
