"""What a probe shows of a request that was called off: its answer, its order, and its work."""

from dataclasses import dataclass

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Untested
from mcp_proof_contracts.wire import encode

RUNS = ("work", "named", "seen")
"""The cases of the request that is cancelled: with a visible end, named by the user, or seen."""
UNSTABLE = "the result of `effect` changes by itself"
POWERLESS = "the result of `effect` was the same after `side_effect` had come to its end"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A request that was cancelled on purpose, and what was sent after it."""

    exchange: Exchange
    cancel: Exchange
    then: Exchange
    """A request after the cancellation: its answer proves that the peer has read that."""
    end: Exchange
    """A request after the time in which the cancelled one would have come to its end."""

    @property
    def in_time(self) -> bool:
        """Whether it was cancelled before its answer came."""
        answer = self.exchange.reply
        return answer is None or answer.event.seq > self.cancel.sent.event.seq


def cancelled_on_purpose(read: Reading, probe: str) -> Cancelled | None:
    """Return what a probe cancelled, when all that proves something was answered."""
    later = [next(read.stimuli(probe, case), None) for case in ("cancel", "then", "end")]
    for case in RUNS:
        for exchange in read.stimuli(probe, case):
            cancel, then, end = later
            if cancel and then and end and then.served and end.served:
                return Cancelled(exchange, cancel, then, end)
    return None


def shown(read: Reading, probe: str, case: str) -> bytes | None:
    """What `effect` showed; `None` when it was not asked, or did not answer, or not twice alike."""
    seen = {_told(exchange) for exchange in read.stimuli(probe, case)}
    return seen.pop() if len(seen) == 1 else None


def unproven(read: Reading, probe: str) -> Untested | None:
    """Why nothing can be said by `effect`, though it was asked."""
    before = [_told(exchange) for exchange in read.stimuli(probe, "before")]
    if len(set(before)) > 1:
        return Untested(UNSTABLE)
    after = shown(read, probe, "after-control")
    if after is not None and before and after == before[0]:
        return Untested(POWERLESS)
    return None


def _told(exchange: Exchange) -> bytes | None:
    """What a result says, without what belongs to the protocol."""
    if not exchange.served or exchange.result.get("isError") is True:
        return None
    said: dict[str, Json] = {
        name: value
        for name, value in exchange.result.items()
        if name not in ("_meta", "ttlMs", "cacheScope")
    }
    return encode(said)
