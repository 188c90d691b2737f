"""Servers that are slow, or fail, among others that are not."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import ALWAYS, HTTP, failing, slow, tool

SLOW = 0.3
"""Seconds that the slowest server takes at least."""


@scenario(
    "hedge-needed",
    "client-hedge-sent",
    "client-hedge-first-wins",
    promise="hedging",
    transports=HTTP,
)
def hedge(stage: Stage) -> None:
    """The main server is slow, the server `backup` is not."""
    search = tool("search", "query", annotations={"readOnlyHint": True})
    stage.tools(search)
    stage.also("backup", {"tools": [search]})
    seconds = SLOW + 2 * stage.terms("hedging").seconds("delay_ms")
    stage.take(slow({"search": seconds}))
    stage.wish("call", tool="search", arguments={"query": "one"})
    stage.seconds += seconds


@scenario("quorum-needed", "client-quorum-enough", promise="quorum", transports=HTTP)
def quorum(stage: Stage) -> None:
    """As many servers answer as are needed; one more is slow, and another fails."""
    search = tool("search", "query", annotations={"readOnlyHint": True})
    stage.tools(search)
    for number in range(stage.terms("quorum").count("size")):
        stage.also(f"server-{number}", {"tools": [search]})
    stage.also("failing", {"tools": [search]}).take(failing({"search": ALWAYS}))
    stage.take(slow({"search": SLOW}))
    stage.wish("ask-all", tool="search", arguments={"query": "one"})
    stage.seconds += SLOW
