"""server/discover of the stateless era: what there is, and at which revisions."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.server import MockServer


async def discover(server: MockServer, call: Call) -> JsonObject:
    """Answer server/discover."""
    shared = server.introduction(call.revision)
    if extensions := server.extensions:
        capabilities = server.capabilities(call.revision)
        shared["capabilities"] = {**capabilities, "extensions": extensions}
    return {**shared, "supportedVersions": list(server.stateless_revisions)}
