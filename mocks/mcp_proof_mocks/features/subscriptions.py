"""subscriptions/listen of the stateless era: one request, one stream of notifications."""

import asyncio
from typing import Final

from mcp_proof_contracts.declared_capabilities import LISTED
from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.headers import META_SUBSCRIPTION
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.audience import Subscription
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.tasks.extension import require_tasks
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

ALL_LISTS: Final[JsonObject] = {f"{name}ListChanged": True for name in LISTED}


async def listen(server: MockServer, call: Call) -> JsonObject:
    """Answer subscriptions/listen: at once with an acknowledgement, at the end with a result.

    Raises:
        RefusalError: the request has no filter, or one that takes a capability of the client.
        CancelledError: the client has ended the subscription.
    """
    if not server.keeps("sub-implemented-if-advertised"):
        raise RefusalError(METHOD_NOT_FOUND, f"Method not found: {call.method}", status=404)
    asked = call.params.get("notifications")
    if found := problems(call.revision, "SubscriptionFilter", asked):
        raise RefusalError(INVALID_PARAMS, f"`notifications` {found[0]}", status=400)
    wants = _honoured(server, call, as_object(asked))
    if server.pass_through is not None and server.pass_through.offers("subscriptions"):
        for uri in as_list(wants.get("resourceSubscriptions")):
            if uri not in server.resources:
                await server.pass_through.subscribe(call, str(uri))
    subscription = _acknowledged(server, call, wants)
    if not server.keeps("sub-stays-open"):
        return {}
    if not server.keeps("sub-concurrent-separate"):
        server.audience.subscriptions.clear()
    server.audience.subscriptions.add(subscription)
    try:
        await call.waiting.until(subscription.ended)
    except asyncio.CancelledError:
        if server.keeps("sub-stops-after-cancel"):
            server.audience.subscriptions.discard(subscription)
        raise
    server.audience.subscriptions.discard(subscription)
    named = server.keeps("sub-close-result-members")
    return {"_meta": {META_SUBSCRIPTION: call.id}} if named else {}


def _acknowledged(server: MockServer, call: Call, wants: JsonObject) -> Subscription:
    """Begin a subscription: the acknowledgement is the first that comes of it."""
    ended: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
    subscription = Subscription(id=call.id, wants=wants, send=call.send, ended=ended)
    if not server.keeps("sub-id-equals-request-id"):
        subscription.shown_id = f"subscription {call.id}"
    if not server.keeps("sub-ack-first") and wants.get("toolsListChanged") is True:
        subscription.notify("notifications/tools/list_changed", {})
    told = wants if server.keeps("sub-ack-subset") else {**wants, **ALL_LISTS}
    subscription.notify("notifications/subscriptions/acknowledged", {"notifications": told})
    subscription.named = server.keeps("sub-id-on-every-message")
    subscription.ends_soon = not server.keeps("sub-graceful-close")
    return subscription


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
