"""A server over stdio whose tools have one flaw each, beside one that has none."""

import json
import os
import sys
from typing import Any

TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
COUNT = {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}


def listed(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": TEXT, "annotations": {"readOnlyHint": True}, **more}


TOOLS = {
    "sound": listed("sound", outputSchema=COUNT),
    "dies": listed("dies"),
    "miscounts": listed("miscounts", outputSchema=COUNT),
    "unstructured": listed("unstructured", outputSchema=COUNT),
    "takes_anything": listed("takes_anything"),
    "says_internal": listed("says_internal"),
    "fails": listed("fails"),
    "deletes": {"name": "deletes", "inputSchema": TEXT},
}


class RefusedError(Exception):
    """A JSON-RPC error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message}


def failed(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "isError": True}


def called(name: str, arguments: Any) -> dict[str, Any]:
    text = arguments.get("text")
    content = [{"type": "text", "text": "done"}]
    if name == "takes_anything":
        return {"content": content}
    if not isinstance(text, str):
        return failed("`text` must be a string")
    match name:
        case "dies" if text and not text.isascii():
            os._exit(3)
        case "miscounts" if text:
            return {"content": content, "structuredContent": {"count": str(len(text))}}
        case "unstructured":
            return {"content": content}
        case "says_internal":
            raise RefusedError(-32603, "it broke within")
        case "fails":
            return failed("there is nothing to be had")
    return {"content": content, "structuredContent": {"count": len(text)}}


def result(method: str, params: dict[str, Any]) -> dict[str, Any]:
    match method:
        case "initialize":
            info = {"name": "flawed", "version": "1"}
            capabilities = {"tools": {}}
            version = "2025-06-18"
            return {"protocolVersion": version, "capabilities": capabilities, "serverInfo": info}
        case "tools/list":
            return {"tools": list(TOOLS.values())}
        case "tools/call" if params["name"] in TOOLS:
            return called(params["name"], params.get("arguments", {}))
        case "tools/call":
            raise RefusedError(-32602, "there is no such tool")
        case "ping":
            return {}
    raise RefusedError(-32601, "there is no such method")


for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    answer: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
    try:
        answer["result"] = result(request["method"], request.get("params", {}))
    except RefusedError as refused:
        answer["error"] = refused.error
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
