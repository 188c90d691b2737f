"""Servers that complete unasked, wrongly, or not at all."""

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results

METHOD = "completion/complete"
OWN_CODE = 4000


def _completed(**members: Json) -> ReplyEdit:
    """Replace members of every completion."""

    def edited(result: dict[str, Json]) -> Json:
        return {**result, "completion": {**as_object(result.get("completion")), **members}}

    return in_results(edited, METHOD)


def _code(wrong: int, *instead_of: int) -> ReplyEdit:
    """Refuse completions with another code."""

    def edited(request: JsonObject, reply: JsonObject) -> Json:
        error = as_object(reply.get("error"))
        if request.get("method") != METHOD or error.get("code") not in instead_of:
            return reply
        return {**reply, "error": {**error, "code": wrong}}

    return edited


def _refused_with_context(request: JsonObject, reply: JsonObject) -> Json:
    if "context" not in as_object(request.get("params")):
        return reply
    return _refusal(request)


def _refused(request: JsonObject, reply: JsonObject) -> Json:
    """Refuse what is good."""
    return _refusal(request) if request.get("method") == METHOD and "result" in reply else reply


def _refusal(request: JsonObject) -> JsonObject:
    error: JsonObject = {"code": INVALID_PARAMS, "message": "Unknown argument"}
    return {"jsonrpc": "2.0", "id": request.get("id"), "error": error}


def _without_completions(document: dict[str, Json]) -> None:
    for member in ("prompts", "resource_templates"):
        items = [as_object(item) for item in as_list(document.get(member))]
        document[member] = [
            {name: value for name, value in item.items() if name != "completions"} for item in items
        ]


fault("completion-capability-declared")
fault("completion-result-shape", reply=_completed(hasMore="no"))
fault("completion-max-100", shown_by="memos")
fault("completion-total-consistent", reply=_completed(total=0), shown_by="memos")
fault(
    "completion-not-supported-32601",
    contract=_without_completions,
    reply=_code(INVALID_PARAMS, METHOD_NOT_FOUND),
)
fault("completion-invalid-ref-32602", reply=_code(OWN_CODE, INVALID_PARAMS))
fault("completion-internal-error-code", reply=_code(OWN_CODE, INTERNAL_ERROR), shown_by="memos")
fault("completion-context-accepted", reply=_refused_with_context)
fault("completion-answers-if-declared", reply=_refused)
