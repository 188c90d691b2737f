"""Servers whose health check tells nothing."""

from mcp_proof_contracts.dialects.rest import HEALTH
from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_bodies, without


def _always_then(said: dict[str, Json]) -> Json:
    return {**said, "timestamp": "2026-01-01T00:00:00Z"}


fault("rest-health-shape", http=in_bodies(without("timestamp"), HEALTH))
fault("rest-health-timestamp-fresh", http=in_bodies(_always_then, HEALTH))
