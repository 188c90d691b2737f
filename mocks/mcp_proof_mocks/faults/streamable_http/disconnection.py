"""Servers that take a lost connection for something else than it is."""

from mcp_proof_mocks.fault import fault

fault("http-sse-retry-before-close", shown_by="slow")
fault("http-disconnect-not-cancel", shown_by="slow")
fault("h26-disconnect-is-cancel", shown_by="slow")
