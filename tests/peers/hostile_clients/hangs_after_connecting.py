"""Shakes hands and says nothing more."""

import json
import sys
import threading
import urllib.request

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "hangs", "version": "1"},
    },
}
request = urllib.request.Request(
    sys.argv[1],
    json.dumps(HELLO).encode(),
    {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"},
)
with urllib.request.urlopen(request) as response:
    response.read()
threading.Event().wait()
