"""Tasks that are not cancelled, or once more."""

from mcp_proof_mocks.fault import fault

fault("task11-cancel")
fault("task11-cancel-terminal-32602")
