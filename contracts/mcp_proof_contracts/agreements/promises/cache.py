"""C6: what is known is not asked for again, until its time is over."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, calls, tries
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list, as_object

SOONER = 0.9
LATER = 1.1
"""The parts of the time to live within which an answer is certainly fresh, and after which it is
certainly not."""


@promised("client-cache-used", "cache", "nothing was asked for twice within the time to live")
def used(read: Reading, terms: Terms) -> Observations:
    """What was answered is not asked for again within its time to live.

    Looked at: calls with the same arguments, and the time since the one before was answered. It is
    kept where the user got one more answer meanwhile, and the server was not asked.
    """
    fresh = terms.seconds("ttl_ms") * SOONER
    for made in tries(read).values():
        for number, call in enumerate(made):
            if not call.well or call.ended is None:
                continue
            following = made[number + 1 : number + 2]
            if following and (gap := following[0].began - call.ended) < fresh:
                yield Finding(
                    message=f"{call.tool} was called again after {gap * 1000:.0f} ms",
                    expected=f"no call with the same arguments for {terms.count('ttl_ms')} ms",
                    actual="a call",
                    events=(call.event, following[0].event),
                )
            else:
                outcomes = [o.event for o in told(read, "call") if o.ok and o.event.at > call.began]
                yield from (Kept(e) for e in outcomes[1:] if e.at < call.ended + fresh)


@promised("client-cache-expires", "cache", "nothing was asked for after its time to live")
def expires(read: Reading, terms: Terms) -> Observations:
    """What is older than its time to live is asked for again.

    Looked at: answers that the user got when the time was over of the last one that the server
    gave, and whether it was called again by then.
    """
    ttl = terms.seconds("ttl_ms")
    for made in tries(read).values():
        first = made[0]
        if not first.well or first.ended is None:
            continue
        for outcome in told(read, "call"):
            at = outcome.event.at
            since = [call for call in made if first.ended + ttl * SOONER < call.began < at]
            if not outcome.ok or at < first.ended + ttl * LATER:
                continue
            if since:
                yield Kept(since[0].event)
            else:
                yield Finding(
                    message=f"the answer of {first.tool} is {(at - first.ended) * 1000:.0f} ms old",
                    expected=f"a call, for answers are kept for {terms.count('ttl_ms')} ms",
                    actual="an answer that is out of date",
                    events=(*first.evidence, outcome.event),
                )


@promised("client-cache-invalidated", "cache", "nothing was asked for that the client had changed")
def invalidated(read: Reading, terms: Terms) -> Observations:
    """What the client has changed itself is asked for again, however fresh its answer is.

    Looked at: an answer about an `id` that the user got after a call that changes it, and whether
    the server was asked in between.
    """
    changes = [call for call in calls(read) if call.tool in terms.texts("changed_by") and call.well]
    outcomes = [outcome for outcome in told(read, "call") if outcome.ok]
    for change in changes:
        for outcome in outcomes:
            wanted = as_object(outcome.asked.get("arguments"))
            tool = str(outcome.asked.get("tool"))
            same = wanted.get("id") == change.arguments.get("id") is not None
            if not same or tool == change.tool or _until(change) > outcome.event.at:
                continue
            asked = [c for c in calls(read) if c.tool == tool and c.arguments == wanted]
            before = [call for call in asked if call.began < change.began]
            since = [call for call in asked if _until(change) < call.began < outcome.event.at]
            if since:
                yield Kept(since[0].event)
            elif before:
                yield Finding(
                    message=f"{tool} was not called again after {change.tool}",
                    expected="a call, for what is kept is out of date",
                    actual="an answer from before the change",
                    events=(*before[-1].evidence, change.event, outcome.event),
                )


@promised("client-cache-missing-only", "cache", "nothing was fetched of which a part was known")
def missing_only(read: Reading, terms: Terms) -> Observations:
    """Of several things those are fetched that are not known already.

    Looked at: the members `id` and `ids` of arguments: no id is asked for again within the time to
    live of the answer that had it.
    """
    known: dict[str, Call] = {}
    for call in calls(read):
        ids = [str(each) for each in as_list(call.arguments.get("ids"))]
        fresh = [i for i in ids if i in known and _fresh(known[i], call, terms)]
        if fresh:
            yield Finding(
                message=f"{call.tool} was called for {', '.join(fresh)} again",
                expected="the ids that are not known",
                actual=", ".join(ids),
                events=(known[fresh[0]].event, call.event),
            )
        elif ids and known:
            yield Kept(call.event)
        if call.well:
            alone = [str(call.arguments["id"])] if "id" in call.arguments else []
            known |= dict.fromkeys((*ids, *alone), call)


def _until(change: Call) -> float:
    """When a change was answered; its answer may be on its way when the next call is made."""
    return change.ended if change.ended is not None else change.began


def _fresh(answered: Call, call: Call, terms: Terms) -> bool:
    ended = answered.ended
    return ended is not None and call.began - ended < terms.seconds("ttl_ms") * SOONER
