"""Servers whose document cannot be found or used, or says something else than they do."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.openapi.jsonrpc import CALLS, DOCUMENT
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import as_text, in_bodies, without


def _misnamed(said: dict[str, Json]) -> Json:
    return {"output" if name == "result" else name: value for name, value in said.items()}


fault("openapi-document-served", http=as_text(DOCUMENT))
fault("openapi-document-valid", http=in_bodies(without("info", "version"), DOCUMENT))
fault(
    "openapi-call-described",
    http=in_bodies(without("paths", CALLS, "post", "requestBody"), DOCUMENT),
)
fault("openapi-answers-conform", http=in_bodies(_misnamed, CALLS))
fault(
    "openapi-security-described",
    http=in_bodies(without("paths", CALLS, "post", "security"), DOCUMENT),
)
