"""More calls at once, and more of them, than the client may make."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, slow, tool
from mcp_proof_contracts.json_value import JsonObject

BUSY = 0.02
"""Seconds that a call takes, so that calls meet."""


@scenario(
    "concurrency-tempted", "client-concurrency-bounded", promise="concurrency", transports=HTTP
)
def tempted(stage: Stage) -> None:
    """The client is asked for three times as many calls at once as it may make."""
    stage.take(slow({"search": BUSY}))
    _together(stage, 3 * stage.terms("concurrency").count("calls"))


@scenario("rate-tempted", "client-rate-kept", promise="rate", transports=HTTP)
def rate(stage: Stage) -> None:
    """The client is asked for twice as many calls as one span may have, and one more."""
    terms = stage.terms("rate")
    stage.seconds += 2 * terms.seconds("per_ms")
    _together(stage, 2 * terms.count("calls") + 1)


def _together(stage: Stage, number: int) -> None:
    stage.tools(tool("search", "query"))
    wishes: list[JsonObject] = [
        {"do": "call", "tool": "search", "arguments": {"query": f"call {each}"}}
        for each in range(number)
    ]
    stage.wish("together", wishes=wishes)
