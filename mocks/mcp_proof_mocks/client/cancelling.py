"""Cancellations that the mock client sends."""

from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.json_value import Json, JsonObject

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

NEVER_MADE: Final = 1_000_000


async def cancelled(client: "MockClient", request_id: Json) -> None:
    """Say that nobody waits for the answer to a request (utilities/cancellation)."""
    meant = request_id if client.keeps("cancel-own-inflight-only") else NEVER_MADE
    params: JsonObject = {"requestId": meant, "reason": "no longer wanted"}
    if not client.keeps("cancel-members"):
        params = {**params, "reason": ["no longer wanted"]}
    await client.notify("notifications/cancelled", params)
