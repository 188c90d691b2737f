"""Peers that lose requests, or answer them to the wrong id or with the wrong thing."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault

TOGETHER: Final = [f"mcp-proof {name}" for name in ("alpha", "bravo", "charlie", "delta")]
"""What mcp-proof gives a tool to echo in calls that are under way together."""


def _lose_resources(request: JsonObject, reply: JsonObject) -> Json:
    first_page = "cursor" not in as_object(request.get("params"))
    return [] if request.get("method") == "resources/list" and first_page else reply


def _digits_to_number(_request: JsonObject, reply: JsonObject) -> Json:
    request_id = reply.get("id")
    digits = isinstance(request_id, str) and request_id.isdigit()
    return {**reply, "id": int(str(request_id))} if digits else reply


def _forget_id(_request: JsonObject, reply: JsonObject) -> Json:
    return {**reply, "id": None} if "error" in reply else reply


def _refuse_unknown_members(request: JsonObject, reply: JsonObject) -> Json:
    known = {"_meta", "cursor", "name", "arguments", "uri"}
    unknown = set(as_object(request.get("params"))) - known
    if not unknown or not str(request.get("method")).endswith("/list"):
        return reply
    error: JsonObject = {"code": INVALID_PARAMS, "message": f"unexpected {', '.join(unknown)}"}
    return {"jsonrpc": "2.0", "id": reply.get("id"), "error": error}


class _SharedResult:
    """Keeps one result for everybody, and hands out the one before."""

    def __init__(self) -> None:
        self._last: Json = None

    def __call__(self, request: JsonObject, reply: JsonObject) -> Json:
        arguments = as_object(as_object(request.get("params")).get("arguments"))
        if arguments.get("message") not in TOGETHER or "result" not in reply:
            return reply
        previous, self._last = self._last or reply["result"], reply["result"]
        return {**reply, "result": previous}


def _to_ascii(data: bytes) -> bytes:
    return data.decode().encode("ascii", errors="replace")


fault("jsonrpc-request-answered", reply=_lose_resources)
fault("jsonrpc-id-roundtrip-types", reply=_digits_to_number)
fault("jsonrpc-error-id-present", reply=_forget_id)
fault("jsonrpc-method-not-found", revision=Revision.R2025_11_25)
fault("jsonrpc-invalid-params", revision=Revision.R2025_11_25)
fault("jsonrpc-unknown-members-tolerated", reply=_refuse_unknown_members)
fault("jsonrpc-response-matches-request", reply=_SharedResult())
fault("jsonrpc-unicode-roundtrip", output=_to_ascii)
