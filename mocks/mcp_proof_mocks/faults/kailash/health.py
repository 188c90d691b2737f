"""Servers whose checks orchestrators misread."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.openapi.jsonrpc import HEALTH, READY
from mcp_proof_mocks.fault import HttpEdit, fault
from mcp_proof_mocks.faults.edits import in_bodies, without
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _one_failed(said: dict[str, Json]) -> Json:
    return {**said, "checks": {"database": {"status": "unhealthy"}}}


def _with(status: HTTPStatus, path: str) -> HttpEdit:
    def edit(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return replace(response, status=status) if request.path == path else response

    return edit


fault("kailash-health-shape", http=in_bodies(without("checks"), HEALTH))
fault("kailash-health-sums-up", http=in_bodies(_one_failed, HEALTH))
fault("kailash-health-status", http=_with(HTTPStatus.SERVICE_UNAVAILABLE, HEALTH))
fault("kailash-ready-served", http=_with(HTTPStatus.NOT_FOUND, READY))
