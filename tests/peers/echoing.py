"""What the servers that echo everything have in common: each text in every spelling."""

import base64
import html
import json
import shlex
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

AWS_KEY = "AKIA" + "Q3EGRSTUVWX2YZ47"
LINES = [f"MIIEowIBAAKCAQEAtYk7x1QmZ0pd2Wv8{'Uc4R9hLg' * 3}line{line:04}" for line in range(12)]
PRIVATE_KEY = "\n".join(
    ["-----BEGIN RSA PRIVATE KEY-----", *LINES, "-----END RSA PRIVATE KEY-----"]
)
LEAKED = (AWS_KEY, PRIVATE_KEY)
"""What the servers give out of their own: secrets of kinds that everybody can tell."""
CURSOR = "ghp_" + "Cursor7890" * 3 + "abcdef"
"""What only looks like a secret: a server may put anything into a cursor."""
TOOL = {"inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}
INFO = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}


def spelled(text: str) -> Iterator[str]:
    """Yield a text as programs write it."""
    yield text
    yield json.dumps(text)
    yield json.dumps(json.dumps({"said": text}))
    yield json.dumps(text, ensure_ascii=False).replace("/", "\\/")
    yield quote(text, safe="")
    yield quote_plus(text)
    yield html.escape(text)
    yield shlex.quote(text)
    yield repr(text)
    for before in ("", "u:", "user:"):
        yield base64.b64encode(f"{before}{text}.".encode()).decode()


def answer(request: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    """Return an answer that repeats everything it can, and is wrong in many ways."""
    reply: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
    everything = "; ".join(texts)
    match request["method"]:
        case "initialize":
            reply["result"] = {**INFO, "serverInfo": {"name": f"of {everything}", "version": "1"}}
        case "tools/list" if "cursor" not in request.get("params", {}):
            named = [{**TOOL, "name": text} for text in texts for _ in range(2)]
            reply["result"] = {"tools": named, "nextCursor": CURSOR}
        case "tools/list" if request["params"]["cursor"] == CURSOR:
            reply["result"] = {"tools": [{**TOOL, "name": "echo"}]}
        case "tools/call":
            said = [*every_spelling(texts), *LEAKED]
            reply["result"] = {"content": [{"type": "text", "text": text} for text in said]}
        case "ping":
            reply["result"] = {"unexpected": everything}
        case _:
            reply["error"] = {"code": "wrong", "message": everything, "data": said_as_keys(texts)}
    return reply


def every_spelling(texts: Iterable[str]) -> list[str]:
    """Return all texts in all spellings."""
    return [way for text in texts for way in spelled(text)]


def said_as_keys(texts: Iterable[str]) -> dict[str, str]:
    """Return an object that has the texts as its names."""
    return {text: text[::-1] for text in texts}
