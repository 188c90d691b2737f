"""Answers in another order than that of the requests."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP
from mcp_proof_contracts.json_value import JsonObject


@scenario("answers-out-of-order", "client-answers-matched", promise="matching", transports=HTTP)
def out_of_order(stage: Stage) -> None:
    """Four calls at once over one WebSocket are answered in another order."""
    socket = stage.also("socket", {"dialect": "websocket", "tools": [ECHO]})
    socket.fault("reordered:seconds=0.1")
    wishes: list[JsonObject] = [
        {"do": "call", "server": "socket", "tool": "echo", "arguments": {"message": f"word {n}"}}
        for n in range(4)
    ]
    stage.wish("together", wishes=wishes)
