"""Peers that take what is no message for one, and peers that answer where nobody asked."""

from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.fault import fault

fault("jsonrpc-parse-error")
fault("jsonrpc-invalid-request")
fault("jsonrpc-no-response-to-notification", revision=Revision.R2025_11_25)
fault("jsonrpc-unknown-notification-survived", transport="stdio")
fault("jsonrpc-batch-receive")
fault("jsonrpc-batch-post-rejected")
fault("jsonrpc-batch-no-initialize", transport="stdio")
