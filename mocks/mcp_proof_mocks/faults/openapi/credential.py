"""Servers that let everybody in, or turn away in a way that misleads."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.openapi.jsonrpc import CALLS
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.fault import HttpEdit, fault
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse


def _instead(status: HTTPStatus, result: JsonObject | None = None) -> HttpEdit:
    """Answer so who is asked for a credential."""

    def edit(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path != CALLS or response.status != HTTPStatus.UNAUTHORIZED:
            return response
        said: JsonObject = {"jsonrpc": "2.0", "id": parse(request.body).id, "result": result}
        body = b"" if result is None else encode(said)
        return replace(response, status=status, headers=JSON, body=body)

    return edit


fault("openapi-credential-demanded", http=_instead(HTTPStatus.OK, {"tools": []}))
fault("openapi-credential-401", http=_instead(HTTPStatus.FORBIDDEN))
