"""A server that is out of order, and another that is not."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import ALWAYS, HTTP, failing, tool


@scenario("fallback-needed", "client-fallback-used", promise="fallback", transports=HTTP)
def needed(stage: Stage) -> None:
    """The main server cannot serve a call; the server `backup` can."""
    search = tool("search", "query", annotations={"readOnlyHint": True})
    stage.tools(search)
    stage.also("backup", {"tools": [search]})
    stage.take(failing({"search": ALWAYS}))
    stage.wish("call", tool="search", arguments={"query": "one"})
