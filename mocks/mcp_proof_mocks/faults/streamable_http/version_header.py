"""Servers that misread the protocol version header."""

from mcp_proof_mocks.fault import fault

fault("http-version-header-invalid-400")
fault("http-version-header-absent-accepted")
