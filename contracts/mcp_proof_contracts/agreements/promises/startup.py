"""C9: a server that is not up yet is waited for."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations


@promised("client-startup-retried", "startup", "the server was up at once")
def retried(read: Reading, terms: Terms) -> Observations:
    """A server that is not up yet is asked again to begin, as often as was agreed.

    Looked at: the requests `initialize` that were refused by an HTTP status, up to the one that was
    answered. Only clients that shake hands are looked at.
    """
    made = list(read.counterpart.exchanges("initialize"))
    if not made or not made[0].is_http_error:
        return
    attempts = terms.count("attempts")
    events = tuple(each.sent.event for each in made)
    begun = any(each.served for each in made)
    if len(made) > attempts and not begun:
        wrong = "went on"
    elif not begun and ended_by_itself(read) and len(made) < attempts:
        wrong = "gave up"
    else:
        yield Kept(events[-1])
        return
    yield Finding(
        message=f"the client {wrong} after {len(made)} tries",
        expected=f"{attempts} tries, unless one of them works",
        actual=f"{len(made)} tries",
        events=events[:10],
    )


@promised("client-startup-first", "startup", "the client called nothing after it had begun")
def first(read: Reading, _terms: Terms) -> Observations:
    """No tool is called before the server has agreed to begin.

    Looked at: calls, and whether an `initialize` was answered before.
    """
    begun = [each.answer.event for each in read.counterpart.results("initialize") if each.answer]
    tried = [each.sent.event for each in read.counterpart.exchanges("initialize")]
    for call in calls(read):
        if any(event.seq < call.event.seq for event in begun):
            yield Kept(call.event)
        elif tried:
            yield Finding(
                message=f"{call.tool} was called before the server had agreed to begin",
                expected="a call after `initialize` was answered",
                actual="a call",
                events=(*tried[-1:], *call.evidence),
            )
