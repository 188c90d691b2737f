"""Servers that speak HTTP+SSE in a way of their own."""

from dataclasses import replace

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _as_text(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not response.stream:
        return response
    return replace(response, headers={**response.headers, "Content-Type": "text/plain"})


fault("sse-endpoint-get-stream", http=_as_text)
fault("sse-endpoint-event-first")
fault("sse-endpoint-uri-usable")
fault("sse-messages-as-message-events")
fault("sse-responses-on-stream")
fault("sse-multiple-clients-isolated")
