"""Gateways whose calls go astray."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _crash(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path.endswith("/call") or response.status != HTTPStatus.OK:
        return response
    return replace(response, status=HTTPStatus.INTERNAL_SERVER_ERROR, body=b"{}")


fault("gateway-call-served", http=_crash)
fault("gateway-call-routed")
fault("gateway-unknown-server-404")
fault("gateway-unknown-tool-refused")
fault("gateway-bad-call-refused")
fault("gateway-down-server-told")
