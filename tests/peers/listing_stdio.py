"""A server of 2025-11-25 that answers as it is told: `listing_stdio.py FILE`, a JSON object.

The file holds results by method, or errors under `error`, or several answers in a list: one for
each request.
"""

import json
import sys
from pathlib import Path
from typing import Any

CAPABILITIES = {"tools": {}, "resources": {}, "prompts": {}}
INITIALIZED = {
    "protocolVersion": "2025-11-25",
    "capabilities": CAPABILITIES,
    "serverInfo": {"name": "listing", "version": "1"},
}
UNKNOWN = {"error": {"code": -32601, "message": "no such method"}}


def main() -> None:
    """Answer until the input ends."""
    answers: dict[str, Any] = json.loads(Path(sys.argv[1]).read_bytes())
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request or "method" not in request:
            continue
        method = request["method"]
        answer = answers.get(method, INITIALIZED if method == "initialize" else UNKNOWN)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        members = answer if "error" in answer else {"result": answer}
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], **members}) + "\n")
        sys.stdout.flush()


main()
