"""Servers that do not say which versions they speak, or confuse the eras."""

from mcp_proof_contracts.error_codes import UNSUPPORTED_VERSION
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import modern_only


def _bare_extension(document: dict[str, Json]) -> None:
    document["extensions"] = {"memos": {}}


def _without_data(_request: JsonObject, reply: JsonObject) -> Json:
    error = as_object(reply.get("error"))
    if error.get("code") != UNSUPPORTED_VERSION:
        return reply
    return {**reply, "error": {name: v for name, v in error.items() if name != "data"}}


def _list_a_draft(_request: JsonObject, reply: JsonObject) -> Json:
    error = as_object(reply.get("error"))
    data = as_object(error.get("data"))
    supported = data.get("supported")
    if not isinstance(supported, list):
        return reply
    listed = {**data, "supported": [*supported, "2026-03-01"]}
    return {**reply, "error": {**error, "data": listed}}


fault("version-unsupported-error")
fault("version-unsupported-data", reply=_without_data)
fault("version-unsupported-http-400")
fault("version-supported-list-usable", reply=_list_a_draft)
fault("initialize-error-names-versions", contract=modern_only)
fault("removed-methods-not-found", contract=modern_only)
fault("dual-era-modern-stays-stateless", transport="http")
fault("extension-id-syntax", contract=_bare_extension)
