"""Connections that drop."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import ALWAYS, HTTP, cutting, tool


@scenario(
    "connection-drops",
    "client-reconnects",
    "client-call-once",
    promise="reconnection",
    transports=HTTP,
)
def drops(stage: Stage) -> None:
    """The connection of a call is cut before the answer, until the last try that was agreed on."""
    stage.tools(tool("search", "query", annotations={"readOnlyHint": True}))
    stage.take(cutting({"search": stage.terms("reconnection").count("attempts") - 1}))
    stage.wish("call", tool="search", arguments={"query": "one"})


@scenario("connection-always-drops", "client-reconnects", promise="reconnection", transports=HTTP)
def always_drops(stage: Stage) -> None:
    """Every connection on which a call comes is cut."""
    stage.tools(tool("search", "query", annotations={"readOnlyHint": True}))
    stage.take(cutting({"search": ALWAYS}))
    stage.wish("call", tool="search", arguments={"query": "one"})
