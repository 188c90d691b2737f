"""Calls that change something, of which one gets no answer."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, failing, tool


@scenario(
    "idempotent-calls",
    "client-idempotency-key-sent",
    "client-idempotency-key-repeated",
    "client-idempotency-key-own",
    promise="idempotency",
    transports=HTTP,
)
def calls(stage: Stage) -> None:
    """Two payments are made; the first cannot be taken at once."""
    stage.tools(tool("pay", "to", "amount"))
    stage.take(failing({"pay": 1}))
    stage.wish("call", tool="pay", arguments={"to": "Ada", "amount": "1"})
    stage.wish("call", tool="pay", arguments={"to": "Ada", "amount": "2"})
    retry = stage.terms("retry")
    if retry.promise in stage.parameters:
        stage.seconds += retry.seconds("first_delay_ms")
