"""Servers that do not compare headers with messages, or compare them wrongly."""

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import modern_only

fault("h26-server-version-mismatch")
fault("h26-server-version-header-missing", contract=modern_only)
fault("h26-server-method-header-mismatch")
fault("h26-server-method-header-missing")
fault("h26-server-name-header-mismatch")
fault("h26-server-name-header-missing")
fault("h26-server-name-decoded")
fault("h26-server-mismatch-error-code")
fault("h26-header-name-case-insensitive")
fault("h26-header-value-case-sensitive")
fault("h26-header-edge-whitespace")
