"""C3, C16: where one server fails, another is asked."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import tries
from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations


@promised("client-fallback-used", "fallback", "no server failed")
def used(read: Reading, _terms: Terms) -> Observations:
    """A call that comes to nothing at one server is made at the other, whose answer is taken.

    Looked at: calls that failed for a while, or got no answer, at the main server, and whether
    another server got the same call afterwards. How often the first is tried is another matter.
    """
    for made in tries(read).values():
        failed = [call for call in made if call.server == "" and not call.well]
        elsewhere = [call for call in made if call.server != ""]
        if failed and elsewhere:
            yield Kept(elsewhere[0].event)
        elif failed and ended_by_itself(read) and not any(call.well for call in made):
            words = [outcome.event for outcome in told(read, "call") if not outcome.ok]
            yield Finding(
                message=f"{failed[0].tool} failed, and no other server was asked",
                expected="the same call at the server `backup`",
                actual=failed[-1].shown,
                events=(*failed[-1].evidence, *words[:1]),
            )
