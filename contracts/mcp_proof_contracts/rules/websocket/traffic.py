"""What crossed the WebSockets of a server."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event, EventKind

WEBSOCKET: Final = (Dialect.WEBSOCKET,)
CHANNEL: Final = "websocket"


def frames(read: Reading) -> Iterator[Event]:
    """Every message the server sent."""
    return (event for event in read.frames() if event.channel == CHANNEL)


def end_after(read: Reading, exchange: Exchange) -> Event | None:
    """The end that the server made of a socket after a message; `None` while it is open."""
    sent = exchange.sent.event
    for event in read.events(EventKind.END):
        if event.session == sent.session and event.seq > sent.seq:
            return None if event.data.get("how") == "closed" else event
    return None


def outcome(exchange: Exchange, end: Event | None) -> str:
    """What came of a message, in words for a finding's `actual`."""
    if end is None or exchange.reply is not None:
        return exchange.outcome
    code, reason = end.data.get("code"), end.data.get("detail")
    return f"the socket was closed with {code}{f': {reason}' if reason else ''}"


def evidence(exchange: Exchange, end: Event | None) -> tuple[Event, ...]:
    """The message, what answered it, and the end of the socket."""
    return exchange.evidence if end is None else (*exchange.evidence, end)
