"""C13: a client that may call some tools only."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations


@promised("client-scope-kept", "scope", "the client was not asked for a tool beyond its scope")
def kept(read: Reading, terms: Terms) -> Observations:
    """Only tools of the allow-list are called, whatever the user or a model asks for.

    The server cannot know what this client may do in somebody's name. Looked at: the tools that
    are called; it is kept where the user was refused, and nothing of it was on the wire.
    """
    allowed = terms.texts("tools")
    beyond = [call for call in calls(read) if call.tool not in allowed]
    for call in beyond:
        yield Finding(
            message=f"{call.tool} was called, which is not on the allow-list",
            expected=f"calls of {', '.join(allowed)} only",
            actual=f"a call of {call.tool}",
            events=call.evidence,
        )
    if not beyond and ended_by_itself(read) and any(call.well for call in calls(read)):
        yield from (Kept(outcome.event) for outcome in told(read, "call") if not outcome.ok)
