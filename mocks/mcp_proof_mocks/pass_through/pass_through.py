"""What a real server gives a mock: its lists, and the answers to what the mock does not define."""

import asyncio
import itertools
import secrets
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.pass_through.bridge import ROUNDS, RealItem, refused, returned
from mcp_proof_mocks.pass_through.passage import Passage
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.ask import TTL
from mcp_proof_mocks.upstream import Upstream

MAX_PAGES: Final = 1000
"""Pages of one list that are fetched, so that cursors without end do end."""
MAX_SUSPENDED: Final = 1000
"""Calls that wait for clients to come back with answers."""
BRIDGED: Final = frozenset({"tools", "resources", "prompts", "completions", "logging"})
"""The capabilities that come from the real server; tasks, for one, are the mock's own."""
KEYS: Final = {
    "tools": "name",
    "prompts": "name",
    "resources": "uri",
    "resourceTemplates": "uriTemplate",
}
"""What tells the items of a list apart."""


@dataclass(frozen=True, slots=True)
class _Suspended:
    """A passage whose client was asked something in the manner of 2026-07-28."""

    passage: Passage
    subject: JsonObject
    expiry: asyncio.TimerHandle


class PassThrough:
    """The real server behind one mock."""

    def __init__(self) -> None:
        self.upstream: Upstream | None = None
        """Set while the real server is connected."""
        self._numbers = itertools.count(1)
        self._suspended: dict[str, _Suspended] = {}

    @property
    def instructions(self) -> Json:
        """The real server's instructions, or `None`."""
        return None if self.upstream is None else self.upstream.introduction.get("instructions")

    def offers(self, part: str) -> bool:
        """Whether the real server adds anything of this kind."""
        match part:
            case "changes":
                return self.offers("subscriptions") or any(map(self.announces, self._capabilities))
            case "subscriptions":
                return self._tells("resources", "subscribe")
            case _:
                return part in BRIDGED and part in self._capabilities

    def announces(self, name: str) -> bool:
        """Whether the real server tells when its list of `name` changes."""
        return self._tells(name, "listChanged")

    async def items(self, call: Call, taken: Container[Json]) -> list[RealItem]:
        """Return what the real server lists, without what has the name of something `taken`.

        Raises:
            RefusalError: the real server does not give its list.
        """
        capability, member = next((c, m) for c, method, m in LISTS if method == call.method)
        if self.upstream is not None and capability not in self._capabilities:
            return []
        walk = asyncio.create_task(self._walk(self._connected(), call.method, member))
        try:
            items = await call.waiting.until(walk)
        except RefusalError as refusal:
            if refusal.code == METHOD_NOT_FOUND:
                return []
            raise refused(call, refusal) from refusal
        listed = map(as_object, items)
        return [RealItem(member, item) for item in listed if item.get(KEYS[member]) not in taken]

    async def forward(self, call: Call) -> JsonObject:
        """Return what the real server answers.

        Raises:
            RefusalError: its error, or why there is no answer.
        """
        upstream = self._connected()
        if call.is_resumed and upstream.revision.era is Era.STATEFUL:
            return await self.resume(call)
        return await self.carry(upstream, call)

    async def carry(self, upstream: Upstream, call: Call) -> JsonObject:
        """Return what a server answers.

        Raises:
            RefusalError: its error, or why there is no answer.
        """
        return await self._travelled(Passage(upstream, call, next(self._numbers)), call)

    async def resume(self, call: Call) -> JsonObject:
        """Return the same where the client comes back with what it was asked for.

        Raises:
            RefusalError: nothing waits for it; or as `carry` has it.
        """
        return await self._travelled(self._resumed(call), call)

    def holds(self, call: Call) -> bool:
        """Whether something waits for the client to come back with what it was asked for."""
        return call.params.get("requestState") in self._suspended

    async def _travelled(self, passage: Passage, call: Call) -> JsonObject:
        try:
            result = await passage.result(call)
        except RefusalError as refusal:
            raise refused(call, refusal) from refusal
        return self._suspend(passage, call) if result is None else returned(call, result)

    async def subscribe(self, call: Call, uri: str) -> None:
        """Have the real server tell when a resource changes; all clients share this.

        Raises:
            RefusalError: the real server's error.
        """
        request = self._connected().request("resources/subscribe", {"uri": uri})
        try:
            await call.waiting.until(asyncio.create_task(request))
        except RefusalError as refusal:
            raise refused(call, refusal) from refusal

    @property
    def _capabilities(self) -> JsonObject:
        if self.upstream is None:
            return {}
        return as_object(self.upstream.introduction.get("capabilities"))

    def _tells(self, name: str, what: str) -> bool:
        """Whether the real server declares such notifications, and in the way that is relayed."""
        stateful = self.upstream is not None and self.upstream.revision.era is Era.STATEFUL
        return stateful and as_object(self._capabilities.get(name)).get(what) is True

    def _connected(self) -> Upstream:
        if self.upstream is None:
            raise RefusalError(
                INTERNAL_ERROR,
                "The contract passes this on to a real server, but none is connected; serve it "
                "with `mcp-proof mock`, or inside `mcp_proof.pass_through.passing_through`",
            )
        return self.upstream

    async def _walk(self, upstream: Upstream, method: str, member: str) -> list[Json]:
        items: list[Json] = []
        params: JsonObject = {}
        for _ in range(MAX_PAGES):
            result = await upstream.request(method, params)
            items += as_list(result.get(member))
            if not isinstance(result.get("nextCursor"), str):
                return items
            params = {"cursor": result["nextCursor"]}
        raise RefusalError(INTERNAL_ERROR, f"{method} of the real server has no last page")

    def _suspend(self, passage: Passage, call: Call) -> JsonObject:
        """Ask the client in the manner of 2026-07-28; the real server waits meanwhile."""
        if len(self._suspended) >= MAX_SUSPENDED:
            self._expire(next(iter(self._suspended)))
        state = secrets.token_urlsafe(24)
        expiry = asyncio.get_running_loop().call_later(TTL, self._expire, state)
        self._suspended[state] = _Suspended(passage, _subject(call), expiry)
        return {
            "resultType": "input_required",
            "inputRequests": dict(passage.questions),
            "requestState": state,
        }

    def _resumed(self, call: Call) -> Passage:
        state = str(call.params["requestState"])
        suspended = self._suspended.get(state)
        if suspended is None or suspended.subject != _subject(call):
            raise RefusalError(INVALID_PARAMS, "`requestState` is not valid for this request")
        del self._suspended[state]
        suspended.expiry.cancel()
        suspended.passage.answer(as_object(call.params.get("inputResponses")))
        return suspended.passage

    def _expire(self, state: str) -> None:
        suspended = self._suspended.pop(state)
        suspended.expiry.cancel()
        suspended.passage.abandon()


def _subject(call: Call) -> JsonObject:
    """What tells the originating request (patterns/mrtr, Server Requirements)."""
    given = {n: v for n, v in call.params.items() if n != "_meta" and n not in ROUNDS}
    return {"method": call.method, "params": given}
