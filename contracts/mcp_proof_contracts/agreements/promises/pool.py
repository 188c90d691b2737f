"""C15: connections are few, and used again."""

import math
from typing import Final

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.transcript import Event, EventKind

MOMENT: Final = 0.01
"""Seconds in which the end of a connection is noticed."""
CONNECTION: Final = "connection-"
"""How the sessions begin that stand for TCP connections."""


@promised("client-pool-bounded", "pool", "too few calls were made to need more connections")
def bounded(read: Reading, terms: Terms) -> Observations:
    """No more connections to a server are open at a time than were agreed.

    Looked at: TCP connections to the main server, while the client is asked for more calls at once
    than it may have connections. One that is closed within a moment of the next one's beginning is
    taken for closed before; each GET stream, on which a client only listens, may have one more.
    """
    lifetimes = _lifetimes(read)
    listening = sum(http.method == "GET" for http in read.counterpart.http())
    most = terms.count("connections")
    if len(calls(read)) <= most:
        return
    for opened, _ in lifetimes:
        at = opened.at + MOMENT
        together = [begun for begun, end in lifetimes if begun.at <= opened.at and at < end]
        if len(together) > most + listening:
            yield Finding(
                message=f"{len(together)} connections are open",
                expected=f"{most} at most",
                actual=str(len(together)),
                events=tuple(together[:10]),
            )
        else:
            yield Kept(opened)


@promised("client-pool-reused", "pool", "too few calls were made to see connections used again")
def reused(read: Reading, terms: Terms) -> Observations:
    """Calls use the connections that are there.

    A connection for each call costs a round trip and a socket each time. Looked at: whether there
    were as many connections as calls, or more, though the pool has room for fewer.
    """
    opened = [event for event, _ in _lifetimes(read)]
    made = len(calls(read))
    if made <= 2 * terms.count("connections") or not opened:
        return
    if len(opened) >= made:
        yield Finding(
            message=f"{made} calls took {len(opened)} connections",
            expected=f"about {terms.count('connections')} connections",
            actual=str(len(opened)),
            events=tuple(opened[:10]),
        )
    else:
        yield Kept(opened[-1])


def _lifetimes(read: Reading) -> list[tuple[Event, float]]:
    """Return when connections to the main server began, and until when they were open."""
    own = [
        event
        for event in read.transcript.events
        if event.session.startswith(CONNECTION) and not event.data.get("target")
    ]
    ends = {event.session: event.at for event in own if event.kind is EventKind.CLOSE}
    return [
        (event, ends.get(event.session, math.inf)) for event in own if event.kind is EventKind.OPEN
    ]
