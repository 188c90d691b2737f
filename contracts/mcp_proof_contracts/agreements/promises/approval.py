"""C20: somebody is asked before a tool that may do harm."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_object


@promised("client-approval-awaited", "approval", "the client was asked for no such tool")
def awaited(read: Reading, _terms: Terms) -> Observations:
    """A tool that asks for confirmation is called if its user approves, and not otherwise.

    Looked at: tools that are listed as destructive or with `requires_confirmation`, whether the
    user approves of the call (the wish says it as `approve`), and whether it was made.
    """
    for outcome in told(read, "call"):
        asked = as_object(outcome.event.data.get("asked"))
        if "approve" not in asked:
            continue
        made = [call for call in calls(read) if call.tool == asked.get("tool")]
        if asked["approve"] is False and made:
            yield Finding(
                message=f"{made[0].tool} was called, which nobody had approved",
                expected="no call",
                actual="a call",
                events=(*made[0].evidence, outcome.event),
            )
        elif made or (ended_by_itself(read) and asked["approve"] is False and not outcome.ok):
            yield Kept(outcome.event)
        elif ended_by_itself(read):
            yield Finding(
                message=f"{asked.get('tool')} was approved, and not called",
                expected="a call",
                actual=outcome.error or "no call",
                events=(outcome.event,),
            )
