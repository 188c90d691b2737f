"""C12: a key by which a server knows a call again."""

from itertools import combinations, pairwise

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, calls, tries
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_object, encode, quote


@promised("client-idempotency-key-sent", "idempotency", "no tool was called")
def sent(read: Reading, terms: Terms) -> Observations:
    """Each call has an idempotency key, in the place that was agreed.

    Looked at: all calls of tools; the place is a header, a member of `_meta` or an argument.
    """
    for call in calls(read):
        if _key(call, terms):
            yield Kept(call.event)
        else:
            yield Finding(
                message=f"{call.tool} was called without a key",
                expected=f"the {terms.text('in')} {terms.text('name')}",
                actual="none",
                events=call.evidence,
            )


@promised("client-idempotency-key-repeated", "idempotency", "no call was repeated")
def repeated(read: Reading, terms: Terms) -> Observations:
    """A call that is tried again has the key that it had before.

    By another key the server takes it for another call, and does the same thing twice. Looked at:
    calls that came again with the same arguments after one that failed or got no answer.
    """
    for made in _alike(read, terms):
        for before, after in pairwise(made):
            first, second = _key(before, terms), _key(after, terms)
            if before.well or not first or not second:
                continue
            if first == second:
                yield Kept(after.event)
            else:
                yield Finding(
                    message=f"{after.tool} was tried again under another key",
                    expected=quote(first),
                    actual=quote(second),
                    events=(before.event, after.event),
                )


@promised("client-idempotency-key-own", "idempotency", "no two different calls were made")
def own(read: Reading, terms: Terms) -> Observations:
    """Different calls have different keys.

    A server that knows the key answers with the result of the other call. Looked at: the keys of
    calls of another tool, or with other arguments.
    """
    groups = _alike(read, terms)
    for one, other in combinations(groups, 2):
        shared = {encode(_key(call, terms)) for call in one if _key(call, terms)} & {
            encode(_key(call, terms)) for call in other if _key(call, terms)
        }
        if shared:
            yield Finding(
                message=f"{one[0].tool} and {other[0].tool} were called under the same key",
                expected="a key for each call",
                actual=quote(_key(one[0], terms)),
                events=(one[0].event, other[0].event),
            )
        elif _key(one[0], terms) and _key(other[0], terms):
            yield Kept(other[0].event)


def _key(call: Call, terms: Terms) -> Json:
    name = terms.text("name")
    match terms.text("in"):
        case "header":
            return call.headers.get(name.lower())
        case "meta":
            return as_object(call.params.get("_meta")).get(name)
        case _:
            return call.arguments.get(name)


def _alike(read: Reading, terms: Terms) -> list[list[Call]]:
    """Return the calls by what they ask for; the key itself is no part of that."""
    if terms.text("in") != "argument":
        return list(tries(read).values())
    found: dict[tuple[str, bytes], list[Call]] = {}
    for call in calls(read):
        rest = {n: v for n, v in call.arguments.items() if n != terms.text("name")}
        found.setdefault((call.tool, encode(rest)), []).append(call)
    return list(found.values())
