"""Servers whose limits nobody can keep to."""

from dataclasses import replace

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _without_time(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
    headers = {name: text for name, text in response.headers.items() if name != "Retry-After"}
    return replace(response, headers=headers)


fault("rest-rate-limit-kept")
fault("rest-rate-limit-429")
fault("rest-retry-after", http=_without_time)
