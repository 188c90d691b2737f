"""Servers that name their metadata badly, or stumble over that of others."""

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results


def _with_key(key: str, value: Json) -> ReplyEdit:
    """Add a key to the `_meta` of every result."""
    return in_results(lambda r: {**r, "_meta": {**as_object(r.get("_meta")), key: value}})


def _strict_about_keys(request: JsonObject, reply: JsonObject) -> Json:
    meta = as_object(as_object(request.get("params")).get("_meta"))
    if not any(key.startswith("com.example/") for key in meta):
        return reply
    error: JsonObject = {"code": INVALID_PARAMS, "message": "Unknown key in `_meta`"}
    return {"jsonrpc": "2.0", "id": request.get("id"), "error": error}


fault("meta-is-object", reply=in_results(lambda result: {**result, "_meta": []}))
fault("meta-key-syntax", reply=_with_key("com.example/-took", 1))
fault("meta-reserved-prefix", reply=_with_key("dev.mcp/took", 1))
fault("meta-reverse-dns", reply=_with_key("example.com/took", 1))
fault("meta-trace-context", reply=_with_key("traceparent", "0af7651916cd43dd8448eb211c80319c"))
fault("meta-unknown-keys-tolerated", reply=_strict_about_keys)
