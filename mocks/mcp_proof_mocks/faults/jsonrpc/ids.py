"""Servers that are careless with ids."""

from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_replies

fault("jsonrpc-request-id-type", revision=LATEST_STATEFUL)
fault("jsonrpc-request-id-not-null", revision=LATEST_STATEFUL)
fault("jsonrpc-request-id-unique-session")
fault("jsonrpc-response-id-echo", reply=in_replies(lambda r: {**r, "id": str(r.get("id"))}))
