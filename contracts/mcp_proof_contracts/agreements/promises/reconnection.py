"""C17: a connection that is dropped is made again."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import tries
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations


@promised("client-reconnects", "reconnection", "no connection was dropped")
def reconnects(read: Reading, terms: Terms) -> Observations:
    """A call whose connection is dropped is made again on another, as often as was agreed.

    Looked at: calls of which the connection was cut before any answer, and the same call after.
    """
    attempts = terms.count("attempts")
    for every in tries(read).values():
        if every[0].outcome != "none" or every[0].left is not None:
            continue
        end = next((n for n, call in enumerate(every, start=1) if call.well), 0)
        well, made = end > 0, every[: end or len(every)]
        if len(made) > attempts or (len(made) < attempts and not well and ended_by_itself(read)):
            yield Finding(
                message=f"{made[0].tool} was called {len(made)} times, on connections that dropped",
                expected=f"{attempts} tries, unless one of them works",
                actual=f"{len(made)} tries: {', '.join(call.shown for call in made[:8])}",
                events=tuple(call.event for call in made[:8]),
            )
        else:
            yield Kept(made[-1].event)


@promised("client-call-once", "reconnection", "no call was answered after its connection dropped")
def once(read: Reading, _terms: Terms) -> Observations:
    """A call that was answered is not made again, though a connection was dropped before.

    Looked at: calls with the same arguments, of which one was answered with a result.
    """
    for made in tries(read).values():
        if made[0].outcome != "none":
            continue
        well = [number for number, call in enumerate(made) if call.well]
        if well and well[0] + 1 < len(made):
            yield Finding(
                message=f"{made[0].tool} was called again after its result",
                expected="one result",
                actual=", ".join(call.shown for call in made[:8]),
                events=tuple(call.event for call in made[:8]),
            )
        elif well:
            yield Kept(made[well[0]].event)
