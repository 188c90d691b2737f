"""Servers that do not say who they are, or how."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.dialects.contextframe import HEALTH
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

INITIALIZE = "initialize"


def _refused(request: JsonObject, reply: JsonObject) -> Json:
    if request.get("method") != INITIALIZE or "result" not in reply:
        return reply
    error: JsonObject = {"code": -32000, "message": "Not now"}
    return {"jsonrpc": "2.0", "id": reply["id"], "error": error}


def _nameless(result: dict[str, Json]) -> Json:
    return {**result, "serverInfo": {"version": "1.0.0"}}


def _without_tools(result: dict[str, Json]) -> Json:
    return {**result, "capabilities": {}}


def _ill(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.path != HEALTH:
        return response
    return replace(response, status=HTTPStatus.SERVICE_UNAVAILABLE)


fault("contextframe-initialize-served", reply=_refused)
fault("contextframe-initialize-shape", reply=in_results(_nameless, INITIALIZE))
fault("contextframe-tools-declared", reply=in_results(_without_tools, INITIALIZE))
fault("contextframe-health-served", http=_ill)
