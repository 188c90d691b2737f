"""How long a server took to answer, by what a transcript says about when."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Sender, Transcript

FIRST: Final = "first request of a process"
"""The row of requests that had to wait until a process had started."""
OWN_PAUSES: Final = frozenset({"stdio-framing"})
"""Probes in which mcp-proof itself pauses while it writes a request."""


@dataclass(frozen=True, slots=True)
class Latency:
    """The answered requests of one method."""

    method: str
    seconds: tuple[float, ...]
    """From request to response, the shortest first; at least one."""

    def percentile(self, percent: float) -> float:
        """The duration within which `percent` of the requests were answered (nearest rank)."""
        rank = math.ceil(percent / 100 * len(self.seconds))
        return self.seconds[max(rank, 1) - 1]


def latencies(transcript: Transcript, spoken: Spoken) -> list[Latency]:
    """Return how long each method took, the slowest first.

    Only requests without a fault of their own count, answered under their own id; to refuse one
    takes another time than to serve it, so that those are left out.
    """
    took: dict[str, list[float]] = defaultdict(list)
    for method, seconds in _durations(Reading(transcript, spoken)):
        took[method].append(seconds)
    rows = [Latency(method, tuple(sorted(seconds))) for method, seconds in took.items()]
    return sorted(rows, key=lambda row: (-row.percentile(95), row.method))


def _durations(reading: Reading) -> Iterator[tuple[str, float]]:
    first = _first_requests(reading.transcript)
    for exchange in reading.exchanges():
        served = exchange.is_good_request and exchange.answer and not exchange.refused
        if served and exchange.probe not in OWN_PAUSES:
            waited = exchange.sent.event.seq in first
            yield (FIRST if waited else exchange.sent.message.method), _seconds(exchange)


def _seconds(exchange: Exchange) -> float:
    return exchange.answers[0].event.at - exchange.sent.event.at


def _first_requests(transcript: Transcript) -> frozenset[int]:
    """The first message to each process, by sequence number."""
    first: dict[str, int] = {}
    for event in transcript.events:
        if event.channel == "stdio" and event.message and event.sender is Sender.CLIENT:
            first.setdefault(event.session, event.seq)
    return frozenset(first.values())
