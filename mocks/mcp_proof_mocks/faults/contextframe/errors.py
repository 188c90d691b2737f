"""Servers whose refusals nobody understands."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _by_status(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if b'"error":{' not in response.body:
        return response
    return replace(response, status=HTTPStatus.BAD_REQUEST)


def _forbidden(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if "mcp-proof-wrong" not in request.headers.get("authorization", ""):
        return response
    return replace(response, status=HTTPStatus.FORBIDDEN, body=b"{}")


fault("contextframe-errors-over-200", http=_by_status)
fault("contextframe-unauthorized-401", http=_forbidden)
