"""The call that all generators make."""

import json
from typing import Final

ARGUMENTS: Final = {"city": "Reykjavik", "marker": "mcpp-0000000000001-0000000000001"}
META: Final = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "mcp-proof", "version": "0.1.0"},
}
BODY: Final = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "describe", "arguments": ARGUMENTS, "_meta": META},
    },
    separators=(",", ":"),
).encode()
LISTING: Final = {"jsonrpc": "2.0", "id": 0, "method": "tools/list", "params": {"_meta": META}}
TOOL: Final = {
    "name": "describe",
    "inputSchema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "marker": {"type": "string"}},
    },
    "annotations": {"readOnlyHint": True},
}
LISTED: Final = {
    "jsonrpc": "2.0",
    "id": 0,
    "result": {"resultType": "complete", "ttlMs": 0, "cacheScope": "public", "tools": [TOOL]},
}
HEADERS: Final = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "describe",
}


def request() -> bytes:
    """The call as an HTTP request."""
    lines = [f"{name}: {value}" for name, value in HEADERS.items()]
    head = "\r\n".join(("POST /mcp HTTP/1.1", "Host: 127.0.0.1", *lines)).encode()
    return b"%b\r\nContent-Length: %d\r\n\r\n%b" % (head, len(BODY), BODY)
