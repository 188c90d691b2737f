"""Servers that write malformed messages."""

from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import BOM, PROGRESS
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_notifications, in_replies

CHANGED: Final = "notifications/tools/list_changed"


def _with_bom(data: bytes) -> bytes:
    return BOM + data if data.startswith(b"{") else data


def _in_latin_1(data: bytes) -> bytes:
    """Spoil what is said of progress, which nobody has to read."""
    said = data.replace(b'"progress":', '"message":"à moitié","progress":'.encode("latin-1"))
    return said if b'"method":"notifications/progress"' in data else data


def _after_a_request(reply: dict[str, Json]) -> Json:
    return [{"jsonrpc": "2.0", "id": "mock-1", "method": "roots/list"}, reply]


def _progress_without_method(message: dict[str, Json]) -> Json:
    if message.get("method") != PROGRESS:
        return message
    return {name: value for name, value in message.items() if name != "method"}


fault(
    "jsonrpc-version-2.0",
    output=lambda data: data.replace(b'"jsonrpc":"2.0"', b'"jsonrpc":"1.0"'),
)
fault(
    "jsonrpc-request-method",
    output=in_notifications(_progress_without_method),
)
fault(
    "jsonrpc-params-object",
    output=in_notifications(lambda m: {**m, "params": []} if m.get("method") == CHANGED else m),
    revision=LATEST_STATEFUL,
    shown_by="changing",
)
fault("jsonrpc-notification-no-id", output=in_notifications(lambda m: {**m, "id": None}))
fault("jsonrpc-utf8", output=_in_latin_1, transport="stdio")
fault("jsonrpc-no-bom", output=_with_bom)
fault("jsonrpc-batch-not-sent", reply=in_replies(lambda reply: [[reply]]))
# Over HTTP the mock would have to stream to send two messages for one.
fault("server-never-sends-requests", reply=in_replies(_after_a_request), transport="stdio")
