"""C11: no more at once, and no faster, than was agreed."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations

EARLY = 0.9
"""The part of a span in which calls count as within it: networks pull them together."""


@promised("client-concurrency-bounded", "concurrency", "no two calls were under way at once")
def bounded(read: Reading, terms: Terms) -> Observations:
    """No more calls are under way at once than were agreed.

    Looked at: the calls that came before a call and were not answered yet when it came.
    """
    made = calls(read)
    for number, call in enumerate(made):
        still = [c for c in made[:number] if c.ended is None or c.ended > call.began]
        if len(still) >= terms.count("calls"):
            yield Finding(
                message=f"{len(still) + 1} calls were under way at once",
                expected=f"{terms.count('calls')} at most",
                actual=str(len(still) + 1),
                events=(*(each.event for each in still[:10]), call.event),
            )
        elif still or terms.count("calls") == 1:
            yield Kept(call.event)


@promised("client-rate-kept", "rate", "fewer calls were made than one span may have")
def rate(read: Reading, terms: Terms) -> Observations:
    """No more calls are made in any span of time than were agreed.

    Looked at: when calls came. A span is taken a little shorter than was agreed, for what was sent
    apart may arrive together.
    """
    most, span = terms.count("calls"), terms.seconds("per_ms") * EARLY
    made = calls(read)
    for first, beyond in zip(made, made[most:], strict=False):
        passed = beyond.began - first.began
        if passed < span:
            yield Finding(
                message=f"{most + 1} calls came within {passed * 1000:.0f} ms",
                expected=f"{most} calls in {terms.count('per_ms')} ms",
                actual=f"{most + 1} calls",
                events=(first.event, beyond.event),
            )
        else:
            yield Kept(beyond.event)
