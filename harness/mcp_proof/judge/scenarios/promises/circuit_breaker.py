"""A server that fails until it has had its rest."""

import time

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.staged_endpoint import CutOff
from mcp_proof.judge.taking import ALWAYS, HTTP, failing, tool
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

MORE = 3
"""Calls that are asked for while the breaker is open, and again after that."""


@scenario(
    "breaker-opens",
    "client-breaker-opens",
    "client-breaker-recovers",
    promise="circuit_breaker",
    transports=HTTP,
)
def opens(stage: Stage) -> None:
    """A server fails, is left alone for the time that was agreed on, and is well again."""
    terms = stage.terms("circuit_breaker")
    threshold, recovery = terms.count("threshold"), terms.seconds("recovery_ms")
    stage.tools(tool("search", "query"))
    refused = failing({"search": ALWAYS})
    failed: list[float] = []

    async def take(request: HttpRequest) -> HttpResponse | CutOff | None:
        if len(failed) >= threshold and time.monotonic() - failed[-1] > recovery / 2:
            return None
        answer = await refused(request)
        failed.extend([time.monotonic()] if answer is not None else ())
        return answer

    stage.take(take)
    for number in range(threshold + MORE):
        stage.wish("call", tool="search", arguments={"query": f"call {number}"})
    stage.wish("wait", seconds=recovery * 1.3)
    for number in range(MORE):
        stage.wish("call", tool="search", arguments={"query": f"later call {number}"})
    retry = stage.terms("retry")
    if retry.promise in stage.parameters:
        waits = (retry.number("factor") ** n for n in range(retry.count("attempts") - 1))
        stage.seconds += retry.seconds("first_delay_ms") * sum(waits)
    stage.seconds += recovery * 1.3
