"""Servers that let everybody in, or turn away in a way that misleads."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.openapi.jsonrpc import CALLS
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.fault import HttpEdit, fault
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse

EVERYTHING = encode({"jsonrpc": "2.0", "id": 1, "result": {"tools": []}})


def _instead(status: HTTPStatus, body: bytes = b"") -> HttpEdit:
    """Answer so who is asked for a credential."""

    def edit(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path != CALLS or response.status != HTTPStatus.UNAUTHORIZED:
            return response
        return replace(response, status=status, headers=JSON, body=body)

    return edit


fault("openapi-credential-demanded", http=_instead(HTTPStatus.OK, EVERYTHING))
fault("openapi-credential-401", http=_instead(HTTPStatus.FORBIDDEN))
