"""Tasks that are created where there should be none, or not as they should be."""

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results


def _yes(result: dict[str, Json]) -> Json:
    capabilities = as_object(result.get("capabilities"))
    tasks: JsonObject = {**as_object(capabilities.get("tasks")), "cancel": True}
    return {**result, "capabilities": {**capabilities, "tasks": tasks}}


def _unknown_parameter(request: JsonObject, reply: JsonObject) -> Json:
    """Refuse `task` wherever it is not declared."""
    if "task" not in as_object(request.get("params")) or request.get("method") == "tools/call":
        return reply
    error: JsonObject = {"code": INVALID_PARAMS, "message": "unknown parameter: task"}
    return {"jsonrpc": "2.0", "id": request.get("id"), "error": error}


def _at_once(result: dict[str, Json]) -> Json:
    return {"content": [{"type": "text", "text": "done"}]} if "task" in result else result


def _waiting(result: dict[str, Json]) -> Json:
    if "task" not in result:
        return result
    return {**result, "task": {**as_object(result["task"]), "status": "input_required"}}


def _numbered(result: dict[str, Json]) -> Json:
    if "task" not in result:
        return result
    return {**result, "task": {**as_object(result["task"]), "taskId": 7}}


fault("task11-capability-shape", reply=in_results(_yes, "initialize"))
fault("task11-undeclared-ignored", reply=_unknown_parameter)
fault("task11-forbidden-tool-32601")
fault("task11-required-tool-32601")
fault("task11-create-result", reply=in_results(_at_once))
fault("task11-starts-working", reply=in_results(_waiting))
fault("task11-id-unique-string", reply=in_results(_numbered))
