"""Servers that refuse subscriptions, or tell of changes wrongly."""

from mcp_proof_contracts.error_codes import INVALID_REQUEST
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_notifications, without


def _refused(request: JsonObject, reply: JsonObject) -> Json:
    if request.get("method") != "resources/unsubscribe":
        return reply
    error: JsonObject = {"code": INVALID_REQUEST, "message": "There is no way back"}
    return {"jsonrpc": "2.0", "id": request.get("id"), "error": error}


def _nameless(notification: dict[str, Json]) -> Json:
    if notification.get("method") != "notifications/resources/updated":
        return notification
    return without("params", "uri")(notification)


fault("resources-subscribe-empty-result", reply=_refused)
fault("resources-subscribe-needs-capability")
fault("resources-updated-members", output=in_notifications(_nameless), shown_by="memos")
fault("resources-updated-only-subscribed", shown_by="memos")
fault("resources-updated-delivered", shown_by="memos")
fault("resources-list-changed-sent", shown_by="memos")
