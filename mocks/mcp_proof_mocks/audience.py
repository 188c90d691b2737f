"""Who hears of changes: sessions of the stateful era, and the open subscriptions of the other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakSet

from mcp_proof_contracts.headers import META
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.call import Send, Session

META_SUBSCRIPTION: Final = f"{META}subscriptionId"
UPDATED: Final = "notifications/resources/updated"


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """One open `subscriptions/listen` request (patterns/subscriptions)."""

    id: Json
    wants: JsonObject
    """The part of the client's filter that is honoured."""
    send: Send
    ended: "asyncio.Future[Json]" = field(repr=False)

    def notify(self, method: str, params: JsonObject) -> None:
        """Send a notification with the subscription's id."""
        named: JsonObject = {**params, "_meta": {META_SUBSCRIPTION: self.id}}
        self.send({"jsonrpc": "2.0", "method": method, "params": named})


class Audience:
    """All that listen to one server."""

    def __init__(self) -> None:
        self.sessions: WeakSet[Session] = WeakSet()
        self.subscriptions: set[Subscription] = set()

    def announce(self, changed: str) -> None:
        """Tell that the list of `changed` (tools, resources, prompts) is another now."""
        method = f"notifications/{changed}/list_changed"
        for session in self._listening():
            session.tell({"jsonrpc": "2.0", "method": method})
        self._publish(method, {}, lambda wants: wants.get(f"{changed}ListChanged") is True)

    def update(self, uri: str) -> None:
        """Tell subscribers that the resource with this URI has changed."""
        params: JsonObject = {"uri": uri}
        for session in self._listening():
            if uri in session.subscribed:
                session.tell({"jsonrpc": "2.0", "method": UPDATED, "params": params})
        self._publish(
            UPDATED, params, lambda wants: uri in as_list(wants.get("resourceSubscriptions"))
        )

    def follow(self, task_id: str, params: JsonObject, method: str = "notifications/tasks") -> None:
        """Tell those who follow a task where it stands (ext-tasks, Task Status Notifications)."""
        self._publish(method, params, lambda wants: task_id in as_list(wants.get("taskIds")))

    def close(self) -> None:
        """End all subscriptions in order (patterns/subscriptions, Graceful Closure)."""
        for subscription in self.subscriptions:
            if not subscription.ended.done():
                subscription.ended.set_result(None)

    def _listening(self) -> list[Session]:
        return [session for session in self.sessions if session.ready]

    def _publish(
        self, method: str, params: JsonObject, wanted: Callable[[JsonObject], bool]
    ) -> None:
        for subscription in list(self.subscriptions):
            if wanted(subscription.wants):
                subscription.notify(method, params)
