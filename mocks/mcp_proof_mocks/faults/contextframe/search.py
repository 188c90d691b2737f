"""Servers that find, or give, something else than what was asked for."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ContractEdit, fault
from mcp_proof_mocks.faults.edits import in_errors


def _taking_any(*arguments: str) -> ContractEdit:
    """List these arguments of the first tool, which searches, without saying what they may be."""

    def edit(document: dict[str, Json]) -> None:
        search, *others = as_list(document.get("tools"))
        schema = as_object(as_object(search).get("inputSchema"))
        anything: dict[str, Json] = dict.fromkeys(arguments, True)
        known: Json = {**as_object(schema.get("properties")), **anything}
        taking: Json = {**schema, "properties": known}
        document["tools"] = [{**as_object(search), "inputSchema": taking}, *others]

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
