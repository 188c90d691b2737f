import asyncio
from dataclasses import dataclass, field

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault_text import at_least
from mcp_proof_mocks.message_fault import Answering, message_fault


@dataclass(slots=True)
class _Pair:
    first: JsonObject
    second: JsonObject | None = None
    met: asyncio.Event = field(default_factory=asyncio.Event)


@message_fault(
    "crossed-answers", shows={"seconds=0.2,tool=echo": ("jsonrpc-response-matches-request",)}
)
@dataclass(kw_only=True)
class CrossedAnswers:
    """Two concurrent requests get each other's results, be they of two clients."""

    seconds: float = 1.0
    """How long a reply waits for another one at most; alone it goes out as it is."""

    def __post_init__(self) -> None:
        """Nobody waits yet."""
        at_least(0, seconds=self.seconds)
        self._waiting: _Pair | None = None

    async def replies(self, answering: Answering) -> list[Json]:
        """Return the other one's result, under the request's own id."""
        reply = answering.reply
        if self._waiting is not None:
            pair, self._waiting = self._waiting, None
            pair.second = reply
            pair.met.set()
            return [_to(reply, pair.first)]
        pair = self._waiting = _Pair(reply)
        try:
            await answering.waits.until(pair.met, self.seconds)
        finally:
            if self._waiting is pair:
                self._waiting = None
        return [_to(reply, pair.second or reply)]


def _to(mine: JsonObject, other: JsonObject) -> JsonObject:
    return {**other, "id": mine.get("id")}
