"""C10: several servers are asked, and nobody waits for the slowest."""

from typing import Final

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, tries
from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import id_key

SOON: Final = 0.5
"""The part of the delay within which nothing excuses a second call: the first may have been on its
way for a while."""


@promised("client-hedge-sent", "hedging", "no call took longer than a hedge waits")
def sent(read: Reading, terms: Terms) -> Observations:
    """A call that is not answered for so long is made at a second server too, and not before.

    Looked at: when the same call came at the main server and at another one; too early is less than
    half of what was agreed, for the first call may take a while to arrive.
    """
    delay = terms.seconds("delay_ms")
    for first, second in _pairs(read):
        if second is None:
            if ended_by_itself(read) and (first.ended or 0.0) - first.began > 2 * delay:
                yield Finding(
                    message=f"{first.tool} was waited for, and no other server was asked",
                    expected=f"the same call at the server `backup` after {delay * 1000:.0f} ms",
                    actual="none",
                    events=first.evidence,
                )
        elif second.began - first.began < delay * SOON:
            yield Finding(
                message=f"{first.tool} was called at both servers at once",
                expected=f"a wait of {delay * 1000:.0f} ms",
                actual=f"{(second.began - first.began) * 1000:.0f} ms",
                events=(first.event, second.event),
            )
        else:
            yield Kept(second.event)


@promised("client-hedge-first-wins", "hedging", "no call was made at two servers")
def first_wins(read: Reading, _terms: Terms) -> Observations:
    """The first answer is taken, and the other call is given up.

    What is not given up goes on to cost the server, and the client a connection. Looked at: calls
    at two servers, of which one was answered: whether the client closed the other exchange before
    it was answered, or cancelled it by a notification.
    """
    cancels = read.counterpart.exchanges("notifications/cancelled")
    ids = {id_key(each.sent.message.params.get("requestId")): each.sent.event for each in cancels}
    for first, second in _pairs(read):
        if second is None or not second.well or not ended_by_itself(read):
            continue
        message = first.event.message
        cancel = ids.get(id_key(message.id)) if message is not None else None
        if first.left is not None or cancel is not None:
            yield Kept(first.left or cancel or first.event)
        elif first.ended is None or first.ended > (second.ended or 0.0):
            yield Finding(
                message=f"{first.tool} was answered by another server, and not given up",
                expected="an exchange that the client closes",
                actual=first.shown,
                events=(*second.evidence, *first.evidence),
            )


@promised("client-quorum-enough", "quorum", "no call was made at several servers")
def quorum(read: Reading, terms: Terms) -> Observations:
    """As soon as enough servers have answered, the user gets what they said.

    Nobody waits for the slowest, and one that fails costs nothing. Looked at: the same call at
    several servers, and whether the user was told of success, with as many answers as were agreed,
    before the last of them was answered.
    """
    size = terms.count("size")
    for made in tries(read).values():
        if len({call.server for call in made}) <= size:
            continue
        slowest = max(call.ended or 0.0 for call in made)
        events = tuple(call.event for call in made)
        for outcome in told(read, "ask-all"):
            got = len(outcome.value) if isinstance(outcome.value, list | dict) else 0
            if not outcome.ok or got < size:
                wrong = f"the user was told of {got} answers"
            elif outcome.event.at > slowest and not any(call.left for call in made):
                wrong = "the slowest server was waited for"
            else:
                yield Kept(outcome.event)
                continue
            yield Finding(
                message=wrong,
                expected=f"{size} answers, as soon as they are there",
                actual=outcome.error or f"{got} answers",
                events=(*events, outcome.event),
            )


def _pairs(read: Reading) -> list[tuple[Call, Call | None]]:
    """Return each call at the main server with the same at another one."""
    pairs: list[tuple[Call, Call | None]] = []
    for made in tries(read).values():
        first = next((call for call in made if call.server == ""), None)
        second = next((call for call in made if call.server != ""), None)
        if first is not None:
            pairs.append((first, second))
    return pairs
