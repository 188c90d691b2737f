"""More calls at once than there may be connections."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, slow, tool
from mcp_proof_contracts.json_value import JsonObject

BUSY = 0.02
"""Seconds that a call takes, so that calls meet."""


@scenario(
    "pool-of-connections",
    "client-pool-bounded",
    "client-pool-reused",
    promise="pool",
    transports=HTTP,
)
def pool(stage: Stage) -> None:
    """Twice, the client is asked for three times as many calls as it may have connections."""
    stage.counts_connections = True
    stage.tools(tool("search", "query"))
    stage.take(slow({"search": BUSY}))
    together: list[JsonObject] = [
        {"do": "call", "tool": "search", "arguments": {"query": f"call {number}"}}
        for number in range(3 * stage.terms("pool").count("connections"))
    ]
    stage.wish("together", wishes=together)
    stage.wish("together", wishes=together)
