"""subscriptions/listen of the stateless era: one request, one stream of notifications."""

import asyncio

from mcp_proof_contracts.declared_capabilities import LISTED
from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.audience import META_SUBSCRIPTION, Subscription
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.tasks.extension import require_tasks
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer


async def listen(server: MockServer, call: Call) -> JsonObject:
    """Answer subscriptions/listen: at once with an acknowledgement, at the end with a result.

    Raises:
        RefusalError: the request has no filter, or one that takes a capability of the client.
        CancelledError: the client has ended the subscription.
    """
    asked = call.params.get("notifications")
    if found := problems(call.revision, "SubscriptionFilter", asked):
        raise RefusalError(INVALID_PARAMS, f"`notifications` {found[0]}", status=400)
    wants = _honoured(server, call, as_object(asked))
    if server.pass_through is not None and server.pass_through.offers("subscriptions"):
        for uri in as_list(wants.get("resourceSubscriptions")):
            if uri not in server.resources:
                await server.pass_through.subscribe(call, str(uri))
    ended: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
    subscription = Subscription(id=call.id, wants=wants, send=call.send, ended=ended)
    subscription.notify("notifications/subscriptions/acknowledged", {"notifications": wants})
    server.audience.subscriptions.add(subscription)
    try:
        await call.waiting.until(ended)
    finally:
        server.audience.subscriptions.discard(subscription)
    return {"_meta": {META_SUBSCRIPTION: call.id}}


def _honoured(server: MockServer, call: Call, asked: JsonObject) -> JsonObject:
    """The part of a filter that this server can serve; the rest is left out."""
    wants: dict[str, Json] = {
        f"{name}ListChanged": True
        for name in LISTED
        if server.announces(name) and asked.get(f"{name}ListChanged") is True
    }
    if server.offers("subscriptions") and "resourceSubscriptions" in asked:
        wants["resourceSubscriptions"] = as_list(asked["resourceSubscriptions"])
    if server.offers("tasks") and "taskIds" in asked:
        if server.keeps("task26-listen-needs-capability"):
            require_tasks(call)
        known = [i for i in as_list(asked["taskIds"]) if server.tasks.find(i, Era.STATELESS)]
        wants |= {"taskIds": known} if known else {}
    return wants
