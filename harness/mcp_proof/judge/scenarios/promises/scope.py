"""More tools than the client may call."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool

BEYOND = "delete_everything"


@scenario("scope-tempted", "client-scope-kept", promise="scope", transports=HTTP)
def tempted(stage: Stage) -> None:
    """The client is asked for a tool that it may call, and for one that it may not."""
    allowed = stage.terms("scope").texts("tools")
    beyond = BEYOND
    while beyond in allowed:
        beyond += "_else"
    stage.tools(*map(tool, dict.fromkeys(allowed)), tool(beyond))
    stage.wish("call", tool=allowed[0], arguments={})
    stage.wish("call", tool=beyond, arguments={})
