"""C2: what fails for a while is tried again, later each time; what fails for good is not."""

from collections.abc import Sequence
from itertools import pairwise

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, tries
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations


@promised("client-retry-transient", "retry", "no call failed for a while")
def transient(read: Reading, terms: Terms) -> Observations:
    """A call that fails for a while is tried as often as was agreed, and no more often.

    A service that is restarted, or has too much to do, answers the next time; one that is down is
    not helped by more requests. Looked at: calls with the same arguments, of which the first came
    to nothing or was refused with 408, 425, 429, 500, 502, 503 or 504 or by error -32603. Where a
    circuit breaker is promised that opens before, fewer tries are right as well.
    """
    attempts = terms.count("attempts")
    breaker = terms.beside("circuit_breaker")
    opens = breaker is not None and breaker.count("threshold") < attempts
    for made in tries(read).values():
        if not made[0].transient:
            continue
        last = made[-1]
        if len(made) > attempts:
            yield _tried(made, f"{attempts} tries at most")
        elif last.transient and len(made) < attempts and not opens:
            if ended_by_itself(read):
                yield _tried(made, f"{attempts} tries, unless one of them works")
        else:
            yield Kept(last.event)


@promised("client-retry-backoff", "retry", "no call was tried again")
def backoff(read: Reading, terms: Terms) -> Observations:
    """The wait before a further try is at least the one that was agreed, and grows by the factor.

    Clients that all try again at once keep down what would come up. Looked at: the time from our
    refusal to the next try. Only a wait that is too short is one: `jitter` says by which part it
    may be shorter, and how much longer it is, machines and networks have their share in.
    """
    for made in tries(read).values():
        wait = terms.seconds("first_delay_ms") * (1 - terms.number("jitter"))
        for before, after in pairwise(made):
            if not before.transient or before.ended is None:
                break
            waited = after.began - before.ended
            if waited < wait:
                yield Finding(
                    message=f"{after.tool} was tried again after {waited * 1000:.0f} ms",
                    expected=f"a wait of {wait * 1000:.0f} ms or more",
                    actual=f"{waited * 1000:.0f} ms",
                    events=(*before.evidence, after.event),
                )
            else:
                yield Kept(after.event)
            wait *= terms.number("factor")


@promised("client-retry-permanent-not", "retry", "no call failed for good")
def permanent(read: Reading, _terms: Terms) -> Observations:
    """A call that is refused for good is not tried again.

    The same request is as wrong the next time. Looked at: calls that were answered with one of the
    errors -32600 to -32602, or another status of 400 and more than those that pass.
    """
    for made in tries(read).values():
        first = made[0]
        if first.outcome not in ("error", "status") or first.transient:
            continue
        if len(made) > 1:
            yield _tried(made, "no further try with the same arguments")
        elif ended_by_itself(read):
            yield Kept(first.event)


def _tried(made: Sequence[Call], expected: str) -> Finding:
    first = made[0]
    return Finding(
        message=f"{first.tool} was tried {len(made)} times after {first.shown}",
        expected=expected,
        actual=f"{len(made)} tries: {', '.join(call.shown for call in made[:8])}",
        events=tuple(event for call in made[:8] for event in call.evidence),
    )
