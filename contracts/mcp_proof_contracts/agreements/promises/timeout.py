"""C16: nobody waits for ever."""

from typing import Final

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, calls
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations

SLACK: Final = 0.3
"""Seconds by which a machine that has much to do may be late."""


@promised("client-timeout-kept", "timeout", "every call was answered in time")
def kept(read: Reading, terms: Terms) -> Observations:
    """A call that is not answered in time is given up: the user is told, or another server asked.

    Looked at: calls that took longer than was agreed, by half of it and 0.3 s; and whether the
    client closed the exchange before, its user was told of something, or another server was called.
    """
    bound = terms.seconds("ms") * 1.5 + SLACK
    for call in calls(read):
        if call.server != "" or (call.ended or 0.0) - call.began < bound:
            if call.left is not None:
                yield Kept(call.left)
            continue
        signs = _given_up(read, call)
        if any(at < call.began + bound for at in signs):
            yield Kept(call.event)
        elif signs:  # of who tells nothing, nobody knows when it gave up
            yield Finding(
                message=f"{call.tool} was waited for",
                expected=f"an end of the wait after {terms.count('ms')} ms",
                actual=f"{(min(signs) - call.began) * 1000:.0f} ms",
                events=call.evidence,
            )


def _given_up(read: Reading, call: Call) -> list[float]:
    """Return when something showed that the call was given up."""
    elsewhere = [each.began for each in calls(read) if each.server != call.server]
    outcomes = [outcome.event.at for outcome in told(read)]
    return [at for at in (*elsewhere, *outcomes) if at > call.began]
