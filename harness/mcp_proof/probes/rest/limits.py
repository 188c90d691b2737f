"""Stimuli beyond a rate limit: the last ones, for others would miss what they use up."""

from typing import Final

from mcp_proof.dialects.rest import RestServer
from mcp_proof.probe import probe
from mcp_proof.probes.rest.execute import REST
from mcp_proof_contracts.rate_limit_text import rate_limit_of

MOST_CALLS: Final = 10
LONGEST_SPAN: Final = 60.0
"""Seconds after which a limit that was used up must be whole again."""


@probe("rest-rate-limit", dialects=REST)
async def rate_limit(server: RestServer) -> None:
    """A read-only tool with a small limit, up to the first refusal.

    Whatever the server takes for a minute, of twice as many calls and one within a minute one is
    too many.
    """
    for tool, arguments in server.callable_tools():
        limit = rate_limit_of(tool.listed.get("rate_limit"))
        if not tool.is_read_only or limit is None:
            continue
        if limit.calls > MOST_CALLS or limit.per > LONGEST_SPAN:
            continue
        for _ in range(2 * limit.calls + 1):
            answer = await server.execute([(tool.name, arguments)])
            if answer.members.get("successful") is not True:
                break
        return
