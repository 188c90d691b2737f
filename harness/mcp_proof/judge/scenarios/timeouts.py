"""Calls that take longer than the client is to wait."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision

PATIENCE: Final = 0.2
"""Seconds that the client is to wait at most."""
LONG: Final = 2.0
"""Seconds that the call takes."""
STEPS: Final = 40


@scenario("slow-call", "request-timeout-exists", "request-timeout-cancels")
def slow_call(stage: Stage) -> None:
    """A call is answered long after the client was to give it up."""
    _slow(stage, {"delay": 1000 * LONG})


@scenario("slow-call-progress", "request-timeout-hard-limit", since=Revision.R2025_03_26)
def slow_call_progress(stage: Stage) -> None:
    """A call reports progress until long after the client was to give it up."""
    steps: list[JsonObject] = []
    for number in range(STEPS):
        steps += ({"delay": 1000 * LONG / STEPS}, {"progress": {"progress": number + 1}})
    _slow(stage, *steps, progress=True)


def _slow(stage: Stage, *steps: JsonObject, progress: bool = False) -> None:
    stage.seconds = LONG
    stage.tools({**ECHO, "name": "slow", "steps": list(steps)})
    stage.wish("list", what="tools")
    told: JsonObject = {"progress": True} if progress else {}
    stage.wish("call", tool="slow", arguments={"message": "hello"}, timeout=PATIENCE, **told)
    stage.wish("list", what="tools")
