"""server/discover of the stateless era: what there is, and at which revisions."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.introduction import introduction
from mcp_proof_mocks.server import MockServer


async def discover(server: MockServer, call: Call) -> JsonObject:
    """Answer server/discover."""
    shared = introduction(server, call.revision)
    return {**shared, "supportedVersions": list(server.stateless_revisions)}
