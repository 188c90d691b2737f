"""Servers that call off what is not theirs, or do not care what is called off."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_mocks.fault import ReplyEdit, fault


def _cancelling(**params: Json) -> ReplyEdit:
    """Say before the answer to a call that something is cancelled; null stands for the call."""

    def edit(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != "tools/call" or "result" not in reply:
            return reply
        named: JsonObject = {n: request.get("id") if v is None else v for n, v in params.items()}
        told: JsonObject = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": named}
        return [told, reply]

    return edit


fault(
    "cancel-own-inflight-only",
    reply=_cancelling(requestId="mock-never"),
    revision=LATEST_STATEFUL,
    transport="stdio",
)
fault("cancel-members", reply=_cancelling(reason=7), revision=LATEST_STATEFUL)
fault("cancel-26-server-listen-only", reply=_cancelling(requestId=None))
fault("cancel-26-server-teardown", transport="stdio")
fault("request-timeout-cancels", revision=LATEST_STATEFUL, shown_by="slow")
fault("cancel-honoured", revision=LATEST_STATEFUL, shown_by="slow")
fault("cancel-unknown-ignored", revision=Revision.R2025_06_18, transport="stdio")
fault("cancel-race-survived", revision=LATEST_STATEFUL)
