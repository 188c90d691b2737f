"""Servers that write malformed messages."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import BOM
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_notifications, in_replies


def _with_bom(data: bytes) -> bytes:
    return BOM + data if data.startswith(b"{") else data


def _in_latin_1(data: bytes) -> bytes:
    return data.decode().encode("latin-1", errors="replace")


def _after_a_request(reply: dict[str, Json]) -> Json:
    return [{"jsonrpc": "2.0", "id": "mock-1", "method": "roots/list"}, reply]


fault(
    "jsonrpc-version-2.0",
    output=lambda data: data.replace(b'"jsonrpc":"2.0"', b'"jsonrpc":"1.0"'),
)
fault(
    "jsonrpc-request-method",
    output=in_notifications(lambda m: {k: v for k, v in m.items() if k != "method"}),
)
fault(
    "jsonrpc-params-object",
    output=in_notifications(lambda m: {**m, "params": [m.get("params")]}),
)
fault("jsonrpc-notification-no-id", output=in_notifications(lambda m: {**m, "id": None}))
fault("jsonrpc-utf8", output=_in_latin_1)
fault("jsonrpc-no-bom", output=_with_bom)
fault("jsonrpc-batch-not-sent", reply=in_replies(lambda reply: [[reply]]))
# Over HTTP the mock would have to stream to send two messages for one.
fault("server-never-sends-requests", reply=in_replies(_after_a_request), transport="stdio")
