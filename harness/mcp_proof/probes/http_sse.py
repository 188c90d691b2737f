"""Stimuli about HTTP+SSE: a second client beside the first."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.revision import Revision


@probe("second-sse-client", until=Revision.R2024_11_05, transport="http+sse")
async def second_sse_client(driver: Driver) -> None:
    """A second client connects; each asks by an id of its own, then once more as a barrier."""
    first = await driver.session()
    async with driver.fresh() as second:
        if not second.server:
            return  # it was refused, for a rule to tell
        for session, request_id in ((first, "mcp-proof-first"), (second, "mcp-proof-second")):
            await session.request("ping", request_id=request_id, case="asked")
        for session in (first, second):
            await session.request("ping", case="then")
