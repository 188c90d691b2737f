"""The roots that the client's user works in."""

from typing import Final

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.asked import answers
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.refusal import RefusalError

FAIL: Final = "fail"
"""What a scenario says of roots that cannot be listed."""


@answers("roots/list")
async def roots(client: MockClient, _params: JsonObject) -> JsonObject:
    """List them."""
    if "roots" not in client.capabilities and client.keeps("roots-client-declares"):
        code = METHOD_NOT_FOUND if client.keeps("roots-unsupported-32601") else INVALID_REQUEST
        raise RefusalError(code, "this client has no roots")
    if client.user["roots"] == FAIL:
        code = INTERNAL_ERROR if client.keeps("roots-internal-error-code") else INVALID_REQUEST
        raise RefusalError(code, "the roots cannot be listed")
    listed: list[Json] = list(as_list(client.user["roots"]))
    if not client.keeps("roots-file-uri"):
        listed.append({"uri": "https://example.com/project"})
    if not client.keeps("roots-result-members"):
        listed.append({"path": "/project"})
    return {"roots": [dict(as_object(root)) for root in listed]}
