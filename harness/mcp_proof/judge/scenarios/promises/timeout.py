"""A tool that takes much longer than anybody waits."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, slow, tool


@scenario("timeout-needed", "client-timeout-kept", promise="timeout", transports=HTTP)
def needed(stage: Stage) -> None:
    """A call is answered only when it should have been given up long ago."""
    seconds = stage.terms("timeout").seconds("ms") * 3 + 0.5
    search = tool("search", "query", annotations={"readOnlyHint": True})
    stage.tools(search)
    stage.also("backup", {"tools": [search]})
    stage.take(slow({"search": seconds}))
    stage.wish("call", tool="search", arguments={"query": "one"})
    stage.seconds += seconds
