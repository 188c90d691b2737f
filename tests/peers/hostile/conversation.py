"""The good half of a hostile server: enough of 2025-11-25 to be verified."""

import json
import sys
from collections.abc import Callable

INFO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "hostile", "version": "1"},
}
RESULTS = {"initialize": INFO, "ping": {}, "tools/list": {"tools": []}}


def answer(line: str) -> str | None:
    """Return the line that answers a request, or `None` for a notification."""
    message = json.loads(line)
    if "id" not in message:
        return None
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    if message["method"] in RESULTS:
        reply["result"] = RESULTS[message["method"]]
    else:
        reply["error"] = {"code": -32601, "message": "Method not found"}
    return json.dumps(reply)


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(f"{line}\n")


def serve(
    write: Callable[[str], None] = say, *, silent_about: str = "", forgiving: bool = True
) -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        try:
            reply = answer(line)
        except (ValueError, KeyError, TypeError):
            if not forgiving:
                raise
            continue
        if reply is not None and not (silent_about and silent_about in line):
            write(reply)
            sys.stdout.flush()
