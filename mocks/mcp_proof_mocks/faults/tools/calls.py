"""Servers that take calls they should refuse, or refuse them in the wrong way."""

from mcp_proof_mocks.fault import fault

fault("tools-unknown-tool-error")
fault("tools-malformed-call-error")
fault("tools-inputs-validated")
# The page of these revisions tolerates `isError` too, so that only taking the call is a breach.
fault("tools-invalid-args-protocol-error", "tools-inputs-validated")
fault("tools-invalid-args-execution-error")
