"""logging/setLevel of the stateful era; the other names the level in each request."""

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.call import LOG_LEVELS, Call
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer


async def set_level(server: MockServer, call: Call) -> JsonObject:
    """Answer logging/setLevel.

    Raises:
        RefusalError: there is no such level.
    """
    level = call.params.get("level")
    known = [*LOG_LEVELS]
    if not server.keeps("logging-setlevel-empty-result"):
        known.remove("notice")
    if level not in known:
        if not server.keeps("logging-invalid-level-32602"):
            return {}
        raise RefusalError(INVALID_PARAMS, f"Unknown level: {level} ({', '.join(known)})")
    if call.session is not None and server.keeps("logging-setlevel-respected"):
        call.session.log_level = str(level)
    return {}
