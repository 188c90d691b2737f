"""Servers that find, or give, something else than what was asked for."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ContractEdit, fault
from mcp_proof_mocks.faults.edits import in_errors, of_first

ANYTHING: Final[JsonObject] = {}


def _taking_any(*arguments: str) -> ContractEdit:
    """List these arguments of the first tool, which searches, without saying what they may be."""

    def taking(search: JsonObject) -> JsonObject:
        schema = as_object(search.get("inputSchema"))
        known = {**as_object(schema.get("properties")), **dict.fromkeys(arguments, ANYTHING)}
        return {**search, "inputSchema": {**schema, "properties": known}}

    def edit(document: dict[str, Json]) -> None:
        tools = [as_object(tool) for tool in as_list(document.get("tools"))]
        document["tools"] = of_first(taking)(tools)

    return edit


def _silent(error: dict[str, Json]) -> Json:
    return {**error, "message": "Bad request"}


fault("contextframe-limit-kept")
fault("contextframe-pages-distinct")
fault("contextframe-page-beyond-end-empty")
fault("contextframe-filter-kept")
fault("contextframe-bad-filter-refused")
fault("contextframe-search-type-refused", contract=_taking_any("search_type"))
fault("contextframe-search-type-named", reply=in_errors(_silent))
fault("contextframe-bounds-checked", contract=_taking_any("limit", "offset"))
fault("contextframe-content-included")
fault("contextframe-content-left-out")
fault("contextframe-batch-as-asked")
fault("contextframe-unknown-document-refused")
