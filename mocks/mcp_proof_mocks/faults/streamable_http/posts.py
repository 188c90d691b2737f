"""Servers that answer a POST in a form no client expects."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.error_codes import INVALID_REQUEST
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import Kind, encode, parse
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse

ERROR: JsonObject = {
    "jsonrpc": "2.0",
    "error": {"code": INVALID_REQUEST, "message": "Invalid Request"},
}

fault("http-single-endpoint")
fault("http-get-stream-or-405")
fault("http-multiple-clients", revision=LATEST_STATEFUL)


def _as_text(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.stream or not response.body:
        return response
    return replace(response, headers={**response.headers, "Content-Type": "text/plain"})


def _as_array(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # Only lists come as arrays, so that the server can be talked to at all.
    if b'"tools/list"' not in request.body:
        return response
    return replace(response, body=b"[" + response.body + b"]")


def _ok_for(kind: Kind, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    is_accepted = response.status == HTTPStatus.ACCEPTED and parse(request.body).kind is kind
    return replace(response, status=200) if is_accepted else response


def _ok_for_notifications(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return _ok_for(Kind.NOTIFICATION, request, response)


def _ok_for_responses(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return _ok_for(Kind.RESULT, request, response)


def _error_under_200(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    refused = response.status >= HTTPStatus.BAD_REQUEST
    if not refused or parse(request.body).kind is not Kind.NOTIFICATION:
        return response
    return HttpResponse(status=200, headers=JSON, body=encode(ERROR))


fault("http-request-response-content-type", http=_as_text)
fault("http-json-body-single-object", http=_as_array)
fault("http-notification-202", http=_ok_for_notifications)
fault("http-response-post-202", http=_ok_for_responses)
fault("http-unacceptable-post-4xx", http=_error_under_200, revision=LATEST_STATEFUL)
