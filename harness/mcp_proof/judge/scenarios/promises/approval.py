"""A tool that may do harm."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool
from mcp_proof_contracts.json_value import JsonObject

HARMFUL: JsonObject = {"destructiveHint": True, "readOnlyHint": False}


@scenario("approval-needed", "client-approval-awaited", promise="approval", transports=HTTP)
def needed(stage: Stage) -> None:
    """The user approves of one call of a harmful tool, and not of a call of another."""
    stage.tools(
        tool("archive_all", annotations=HARMFUL, requires_confirmation=True),
        tool("delete_all", annotations=HARMFUL, requires_confirmation=True),
    )
    stage.wish("call", tool="archive_all", arguments={}, approve=True)
    stage.wish("call", tool="delete_all", arguments={}, approve=False)
