"""Servers that find, or give, something else than what was asked for."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_errors

ARGUMENTS = "rpc-arguments-checked"
"""The duty by which the mock refuses what the tool's own schema does not let through."""


def _silent(error: dict[str, Json]) -> Json:
    return {**error, "message": "Bad request"}


fault("contextframe-limit-kept")
fault("contextframe-pages-distinct")
fault("contextframe-page-beyond-end-empty")
fault("contextframe-filter-kept")
fault("contextframe-bad-filter-refused")
fault("contextframe-search-type-refused", ARGUMENTS)
fault("contextframe-search-type-named", reply=in_errors(_silent))
fault("contextframe-bounds-checked", ARGUMENTS)
fault("contextframe-content-included")
fault("contextframe-content-left-out")
fault("contextframe-batch-as-asked")
fault("contextframe-unknown-document-refused")
