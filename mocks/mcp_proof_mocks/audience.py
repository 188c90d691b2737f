"""Who hears of changes: sessions of the stateful era, and the open subscriptions of the other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakSet

from mcp_proof_contracts.headers import META_SUBSCRIPTION
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.call import Send, Session

UPDATED: Final = "notifications/resources/updated"


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """One open `subscriptions/listen` request (patterns/subscriptions)."""

    id: Json
    wants: JsonObject
    """The part of the client's filter that is honoured."""
    send: Send
    ended: "asyncio.Future[Json]" = field(repr=False)

    shown_id: Json = None
    """By which it goes; `None` where that is its id."""

    named: bool = True
    """Whether its notifications bear the id."""
    ends_soon: bool = False
    """Whether it ends when it has told of something."""

    def notify(self, method: str, params: JsonObject) -> None:
        """Send a notification with the subscription's id."""
        shown = self.id if self.shown_id is None else self.shown_id
        meta: JsonObject = {"_meta": {META_SUBSCRIPTION: shown}} if self.named else {}
        self.send({"jsonrpc": "2.0", "method": method, "params": {**params, **meta}})
        if self.ends_soon and not self.ended.done():
            self.ended.set_result(None)

    def tear_down(self) -> None:
        """End it: by the notification that says so, then by the result of the request.

        One page demands the first (patterns/cancellation), another the second.
        """
        self.notify("notifications/cancelled", {"requestId": self.id, "reason": "shutting down"})
        self.ended.set_result(None)


class Audience:
    """All that listen to one server.

    Args:
        keeps: whether the server does what a rule demands.
    """

    def __init__(self, keeps: Callable[[str], bool]) -> None:
        self._keeps = keeps
        self.sessions: WeakSet[Session] = WeakSet()
        self.subscriptions: set[Subscription] = set()

    def announce(self, changed: str) -> None:
        """Tell that the list of `changed` (tools, resources, prompts) is another now."""
        method = f"notifications/{changed}/list_changed"
        for session in self._listening():
            session.tell({"jsonrpc": "2.0", "method": method})
        careless = not self._keeps("sub-filter-types")
        self._publish(
            method, {}, lambda wants: careless or wants.get(f"{changed}ListChanged") is True
        )

    def update(self, uri: str, *, to_all: bool = False) -> None:
        """Tell subscribers, or every session, that the resource with this URI has changed."""
        params: JsonObject = {"uri": uri}
        for session in self._listening():
            if to_all or uri in session.subscribed:
                session.tell({"jsonrpc": "2.0", "method": UPDATED, "params": params})
        careless = not self._keeps("sub-filter-uris")

        def wanted(wants: JsonObject) -> bool:
            uris = as_list(wants.get("resourceSubscriptions"))
            return uri in uris or (careless and bool(uris))

        self._publish(UPDATED, params, wanted)

    def follow(self, task_id: str, params: JsonObject, method: str = "notifications/tasks") -> None:
        """Tell those who follow a task where it stands (ext-tasks, Task Status Notifications)."""
        self._publish(method, params, lambda wants: task_id in as_list(wants.get("taskIds")))

    def tell_all(self, message: Json) -> None:
        """Tell all subscribers what is meant for the client of one request: a fault."""
        said = as_object(message)
        for subscription in list(self.subscriptions):
            subscription.notify(str(said.get("method")), as_object(said.get("params")))

    def close(self) -> None:
        """End all subscriptions in order (patterns/subscriptions, Graceful Closure)."""
        for subscription in self.subscriptions:
            if not subscription.ended.done():
                subscription.tear_down()

    def _listening(self) -> list[Session]:
        return [session for session in self.sessions if session.ready]

    def _publish(
        self, method: str, params: JsonObject, wanted: Callable[[JsonObject], bool]
    ) -> None:
        for subscription in list(self.subscriptions):
            if wanted(subscription.wants):
                subscription.notify(method, params)
