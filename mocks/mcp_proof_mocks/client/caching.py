"""What the client keeps of results, for as long as the server says (2026-07-28, caching)."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL
from mcp_proof_contracts.wire import Message
from mcp_proof_mocks.client.failure import FailureError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

AFFECTING: Final[Mapping[str, str]] = {
    "tools/list": "cursor",
    "prompts/list": "cursor",
    "resources/list": "cursor",
    "resources/templates/list": "cursor",
    "resources/read": "uri",
}
"""What is cached, by the parameter that affects the result."""
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "notifications/tools/list_changed": ("tools/list",),
    "notifications/prompts/list_changed": ("prompts/list",),
    "notifications/resources/list_changed": ("resources/list", "resources/templates/list"),
}
UPDATED: Final = "notifications/resources/updated"
Key: TypeAlias = tuple[str, Json, str]
"""The method, the parameter that counts, and for whom it is kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One result."""

    result: JsonObject
    until: float


class Cache:
    """The results of one client, for each of its users."""

    def __init__(self, client: "MockClient") -> None:
        self._client = client
        self._kept: dict[Key, Kept] = {}

    def fresh(self, method: str, params: JsonObject) -> JsonObject | None:
        """Return what is known already; `None` where the server has to be asked."""
        kept = self._kept.get(self._key(method, params))
        stale = kept is not None and time.monotonic() >= kept.until
        if kept is None or (stale and self._client.keeps("cache-client-stale-refetch")):
            return None
        return kept.result

    def keep(self, method: str, params: JsonObject, message: Message, result: JsonObject) -> None:
        """Remember a result, if it may be.

        Args:
            method: what was asked.
            params: with what parameters.
            message: the first answer.
            result: what it came to, maybe after the client was asked for input.
        """
        client = self._client
        retried = message.result.get("resultType") == "input_required"
        if retried and client.keeps("cache-client-no-mrtr-cache"):
            return  # it depends on what was put in
        if method not in AFFECTING or client.revision in STATEFUL:
            return
        seconds = _seconds(result)
        if seconds <= 0 and client.keeps("cache-client-stale-refetch"):
            return
        self._kept[self._key(method, params)] = Kept(result, time.monotonic() + seconds)
        if seconds > 0 and not client.keeps("cache-client-no-polling"):
            client.beside(self._poll(method, params, seconds))

    def heard(self, message: Message) -> None:
        """Forget what a notification says has changed."""
        if not self._client.keeps("cache-client-notification-invalidates"):
            return
        changed = CHANGES.get(message.method, ())
        for key in list(self._kept):
            of_resource = message.method == UPDATED and key[0] == "resources/read"
            if key[0] in changed or (of_resource and key[1] == message.params.get("uri")):
                del self._kept[key]

    def _key(self, method: str, params: JsonObject) -> Key:
        client = self._client
        user = client.token if client.keeps("cache-client-private-not-shared") else ""
        if not client.keeps("cache-client-key"):
            return method, None, user
        return method, params.get(AFFECTING.get(method, "")), user

    async def _poll(self, method: str, params: JsonObject, seconds: float) -> None:
        """Ask again whenever the result is stale, though nobody needs it: a fault."""
        try:
            while True:
                await asyncio.sleep(seconds)
                await self._client.exchange(method, self._client.era.complete(method, params))
        except FailureError:
            return


def _seconds(result: JsonObject) -> float:
    """For how long a result is fresh; a hint that is no number is none."""
    ttl = result.get("ttlMs")
    if not isinstance(ttl, int | float) or isinstance(ttl, bool):
        return 0.0
    return max(ttl, 0) / 1000
