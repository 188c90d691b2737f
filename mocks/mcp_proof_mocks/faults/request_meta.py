"""Servers that do not look at the metadata of a request, or ask too much of it."""

from mcp_proof_mocks.fault import fault

fault("meta-missing-rejected")
fault("meta-missing-http-400")
fault("meta-ill-typed-rejected")
fault("meta-client-info-not-required")
