"""Servers that do not tell what is wrong with a request."""

from mcp_proof_mocks.fault import fault

fault("rpc-parse-error")
fault("rpc-invalid-request")
fault("rpc-goes-on")
fault("rpc-method-not-found")
fault("rpc-invalid-params")
fault("rpc-unknown-tool-error")
fault("rpc-arguments-checked")
