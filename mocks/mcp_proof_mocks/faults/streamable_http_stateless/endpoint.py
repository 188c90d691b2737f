"""Servers whose endpoint, verbs and streams are not those of 2026-07-28."""

from dataclasses import replace

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import modern_only
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _read_elsewhere(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    elsewhere = request.headers.get("mcp-method") == "resources/read"
    return HttpResponse(status=404) if elsewhere else response


def _give_session(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return replace(response, headers={**response.headers, "Mcp-Session-Id": "mock-session"})


def _try_to_resume(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    resumes = request.method == "POST" and "last-event-id" in request.headers
    return HttpResponse(status=404) if resumes else response


fault("h26-post-endpoint", http=_read_elsewhere)
fault("h26-unknown-method-404")
fault("h26-get-delete-405", contract=modern_only)
fault("h26-no-session-id", http=_give_session)
fault("h26-last-event-id-ignored", http=_try_to_resume)
fault("h26-final-response-ends-stream")
fault("h26-x-accel-buffering")
