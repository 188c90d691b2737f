"""Servers that lose requests, work for them twice, or do not tell what is wrong with one."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault

LOST = "find_contact"


def _lose_some(request: JsonObject, reply: JsonObject) -> Json:
    lost = as_object(request.get("params")).get("name") == LOST and "result" in reply
    return [] if lost else reply


fault("queue-request-answered", reply=_lose_some)
fault("queue-answered-once")
fault("queue-goes-on")
fault("queue-unknown-tool-refused")
fault("queue-arguments-checked")
fault("queue-bad-request-refused")
