"""Servers whose event streams carry, or end with, the wrong thing."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import PROGRESS, as_list, as_object, encode
from mcp_proof_mocks.fault import fault

CHANGED: JsonObject = {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}


def _stream_all(document: dict[str, Json]) -> None:
    document["http"] = {"answers": "sse"}


def _encode_twice(data: bytes) -> bytes:
    before, label, event = data.partition(b"data: ")
    if PROGRESS.encode() not in event:
        return data
    return before + label + encode(event.strip().decode()) + b"\n\n"


def _no_response(request: JsonObject, reply: JsonObject) -> Json:
    lost = request.get("method") == "tools/call" and "result" in reply
    return [] if lost else reply


def _change_before_list(request: JsonObject, reply: JsonObject) -> Json:
    return [CHANGED, reply] if request.get("method") == "tools/list" else reply


def _only_tools_with_progress(document: dict[str, Json]) -> None:
    tools = document["tools"]
    assert isinstance(tools, list)
    document["tools"] = [tool for tool in tools if _reports_progress(as_object(tool))]


def _reports_progress(tool: JsonObject) -> bool:
    return any("progress" in as_object(step) for step in as_list(tool.get("steps")))


fault("http-sse-event-format", output=_encode_twice)
fault("http-sse-response-arrives", reply=_no_response, contract=_only_tools_with_progress)
fault("http-sse-closed-after-response", contract=_stream_all)
fault("http-sse-not-closed-early")
fault("http-sse-related-messages-only", reply=_change_before_list, contract=_stream_all)
fault("http-multiple-streams", contract=_stream_all)
