"""How a Kailash-style server says what went wrong."""

from mcp_proof_contracts.dialects.kailash import INTERNAL, INVALID_INPUT, UNAVAILABLE
from mcp_proof_contracts.error_codes import RESOURCE_NOT_FOUND
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer


def kailash_refusal(server: MockServer, failure: ToolFailedError) -> RefusalError:
    """Return the error that a failed call is answered with."""
    match failure.why:
        case Why.REFUSED if failure.code is not None:
            return RefusalError(failure.code, failure.text, data=failure.data)
        case Why.UNKNOWN if not server.keeps("rpc-unknown-tool-error"):
            return _internal()
        case Why.UNKNOWN | Why.ARGUMENTS:
            return RefusalError(INVALID_INPUT, f"Invalid input: {failure.text}", data=failure.data)
        case Why.LIMITED:
            wait: JsonObject = {"retry_after": failure.retry_after}
            return RefusalError(UNAVAILABLE, failure.text, data=wait)
        case _:
            return _internal()


def kailash_resource_refusal(refusal: RefusalError) -> RefusalError:
    """Return the error that a read is answered with, in place of the one that MCP has."""
    if refusal.code != RESOURCE_NOT_FOUND:
        return refusal
    place: JsonObject = {"field": "uri", "value": as_object(refusal.data).get("uri")}
    return RefusalError(INVALID_INPUT, f"Invalid input: {refusal}", data=place)


def _internal() -> RefusalError:
    """Say nothing of what is inside."""
    return RefusalError(INTERNAL, "Internal server error")
