"""Servers that one message brings down."""

from mcp_proof_mocks.fault import fault

fault("conduct-bad-message-survived", transport="stdio")
