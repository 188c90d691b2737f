"""Servers that list what cannot be called or read."""

from collections.abc import Callable

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results, of_first, without


def _first(member: str, edit: Callable[[JsonObject], JsonObject]) -> ReplyEdit:
    """Spoil the first thing that a list shows."""

    def edited(result: dict[str, Json]) -> Json:
        items = [as_object(item) for item in as_list(result.get(member))]
        return {**result, member: [*of_first(edit)(items)]}

    return in_results(edited, f"{member}/list")


def _twice(result: dict[str, Json]) -> Json:
    tools = as_list(result.get("tools"))
    return {**result, "tools": [*tools, *tools[:1]]}


def _renamed(result: dict[str, Json]) -> Json:
    contents = [as_object(content) for content in as_list(result.get("contents"))]
    return {"contents": [{**content, "uri": "file:///other"} for content in contents]}


def _broken(request: JsonObject, reply: JsonObject) -> Json:
    if request.get("method") != "resources/read" or "error" not in reply:
        return reply
    return {**reply, "error": {"code": INTERNAL_ERROR, "message": "Internal error"}}


fault("openapi-tools-shape", reply=_first("tools", without("description")))
fault("openapi-tool-names-unique", reply=in_results(_twice, "tools/list"))
fault("openapi-resources-shape", reply=_first("resources", without("name")))
fault("openapi-resource-read", reply=in_results(_renamed, "resources/read"))
fault("openapi-unknown-resource-refused", reply=_broken)
