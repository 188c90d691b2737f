"""Servers whose reports of progress nobody can follow."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import PROGRESS, as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_notifications


def _reported(notification: dict[str, Json], **members: Json) -> Json:
    """Replace members of reports."""
    if notification.get("method") != PROGRESS:
        return notification
    return {**notification, "params": {**as_object(notification.get("params")), **members}}


def _once_more(request: JsonObject, reply: JsonObject) -> Json:
    """Report behind the response."""
    params = as_object(request.get("params"))
    token = as_object(params.get("_meta")).get("progressToken")
    if params.get("name") != "count_slowly" or token is None:
        return reply
    late: JsonObject = {"progressToken": token, "progress": 100}
    return [reply, {"jsonrpc": "2.0", "method": PROGRESS, "params": late}]


fault("progress-token-type", revision=LATEST_STATEFUL)
fault("progress-token-unique", revision=LATEST_STATEFUL)
fault("progress-increases", output=in_notifications(lambda said: _reported(said, progress=1)))
fault("progress-known-token", output=in_notifications(lambda s: _reported(s, progressToken="x")))
fault("progress-stops", reply=_once_more, transport="stdio")
fault("progress-members", output=in_notifications(lambda said: _reported(said, total="many")))
fault("progress-26-own-stream")
