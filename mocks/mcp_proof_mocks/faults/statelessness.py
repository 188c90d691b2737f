"""Servers that go by what came before on the same connection."""

from mcp_proof_mocks.fault import fault

# Over HTTP all connections share one process, so these two show over stdio only.
fault("stateless-no-prior-request", transport="stdio")
fault("stateless-connection-not-required", transport="stdio")
fault("stateless-version-not-remembered")
fault("stateless-interleaved-clients")
