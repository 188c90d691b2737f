"""Gateways that take whatever is registered, from whomever."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _let_in(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.status != HTTPStatus.UNAUTHORIZED:
        return response
    return replace(response, status=HTTPStatus.OK, body=b'{"servers":[]}')


fault("gateway-token-required", http=_let_in)
fault("gateway-registered-listed")
fault("gateway-duplicate-name-refused")
fault("gateway-bad-registration-refused")
fault("gateway-removed-gone")
