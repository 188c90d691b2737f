"""Servers that list what they do not have."""

from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_bodies

GHOST: JsonObject = {
    "name": "ghost",
    "description": "Is listed, and nothing else.",
    "annotations": {"readOnlyHint": True},
    "input_schema": {"type": "object"},
}


def _with_a_ghost(said: dict[str, Json]) -> Json:
    return {**said, "tools": [*as_list(said.get("tools")), GHOST]}


fault("rest-listed-tools-exist", http=in_bodies(_with_a_ghost, DISCOVER))
