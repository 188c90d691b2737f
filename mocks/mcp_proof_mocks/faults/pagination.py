"""Servers whose cursors lead astray."""

from collections.abc import Mapping

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault


def _null_at_the_end(request: JsonObject, reply: JsonObject) -> Json:
    result = reply.get("result")
    if not str(request.get("method")).endswith("/list") or not isinstance(result, Mapping):
        return reply
    return {**reply, "result": {"nextCursor": None, **result}}


def _sometimes_shorter(request: JsonObject, reply: JsonObject) -> Json:
    """Leave an item out of the pages that a cursor leads to, for every other request."""
    params, result = as_object(request.get("params")), as_object(reply.get("result"))
    even = str(request.get("id")).endswith(tuple("02468"))
    if "cursor" not in params or "prompts" not in result or not even:
        return reply
    return {**reply, "result": {**result, "prompts": as_list(result["prompts"])[1:]}}


fault("page-next-cursor-type", reply=_null_at_the_end)
fault("page-walk-complete")
fault("page-invalid-cursor-32602")
fault("page-cursors-stable", reply=_sometimes_shorter)
