"""Servers that do not compare the headers of arguments with the arguments, or do it wrongly."""

from mcp_proof_mocks.fault import fault

fault("xmcp-server-decodes-base64")
fault("xmcp-server-rejects-mismatch")
fault("xmcp-server-rejects-missing")
fault("xmcp-server-rejects-bad-encoding")
fault("xmcp-server-not-expect-null", shown_by="two_users")
fault("xmcp-server-integer-numeric-compare", shown_by="two_users")
