"""What the client listens to: by `subscriptions/listen`, or as earlier revisions have it."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.headers import META_SUBSCRIPTION
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL
from mcp_proof_contracts.wire import Message, as_object, id_key
from mcp_proof_mocks.client.failure import FailureError, RefusedError, SilenceError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

LISTEN: Final = "subscriptions/listen"
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """One request to listen."""

    id: Json
    asked: JsonObject
    begun: "asyncio.Future[None]"
    heard: list[Json] = field(default_factory=list[Json])


class Subscriptions:
    """All of one client, by the names that its user gives them."""

    def __init__(self, client: "MockClient") -> None:
        self._client = client
        self._open: dict[str, Subscription] = {}

    async def listen(self, name: str, asked: JsonObject) -> None:
        """Open one; return once the server has acknowledged it.

        Raises:
            FailureError: it has not.
        """
        client = self._client
        if client.revision in STATEFUL:
            return  # what changes is told unasked there
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        subscription = Subscription(id=client.new_id(), asked=asked, begun=begun)
        self._open[name] = subscription
        shaped = client.keeps("sub-client-filter-shape")
        wanted: Json = asked if shaped else [*asked]
        params = client.era.complete(LISTEN, {"notifications": wanted})
        request: JsonObject = {"jsonrpc": "2.0", "id": subscription.id, "method": LISTEN}
        await client.channel.send({**request, "params": params})
        try:
            await asyncio.wait_for(begun, client.patience)
        except TimeoutError as error:
            await self.stop(name)
            raise SilenceError(f"no answer to {LISTEN} in time") from error

    async def stop(self, name: str) -> list[Json]:
        """End one; return what came of it."""
        subscription = self._open.pop(name, None)
        if subscription is None:
            return []
        await self._client.give_up(subscription.id)
        return subscription.heard

    async def again(self) -> None:
        """Open all once more: a server that was started anew knows of none."""
        before, self._open = self._open, {}
        for name, subscription in before.items():
            await self.listen(name, subscription.asked)

    def took(self, message: Message) -> None:
        """Take what belongs to a subscription, and leave everything else."""
        if message.is_response:
            self._ended(message)
            return
        named = as_object(message.params.get("_meta")).get(META_SUBSCRIPTION)
        for subscription in self._open.values():
            own = id_key(named) == id_key(subscription.id)
            if message.method == ACKNOWLEDGED:
                if own and not subscription.begun.done():
                    subscription.begun.set_result(None)
            elif own or (named is not None and not self._client.keeps("sub-client-correlates")):
                shown = {n: v for n, v in message.params.items() if n != "_meta"}
                subscription.heard.append({"method": message.method, "params": shown})

    def lost(self, request_id: Json, failure: Exception) -> None:
        """Hear that nothing more will come; `None`: on any subscription."""
        for subscription in self._open.values():
            meant = request_id is None or id_key(request_id) == id_key(subscription.id)
            if meant and not subscription.begun.done():
                subscription.begun.set_exception(failure)

    def _ended(self, message: Message) -> None:
        failure: FailureError = SilenceError("the server has ended the subscription")
        if message.error:
            failure = RefusedError(message.error)
        self.lost(message.id, failure)
