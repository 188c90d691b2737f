"""Servers whose failures look like success."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results


def _as_success(result: dict[str, Json]) -> Json:
    """Tell of a failure in a text alone."""
    if "this tool always fails" not in str(result.get("content")):
        return result
    told: JsonObject = {"type": "text", "text": "RuntimeError: this tool always fails"}
    return {**result, "isError": False, "content": [told]}


fault("conduct-failure-not-success", reply=in_results(_as_success))
