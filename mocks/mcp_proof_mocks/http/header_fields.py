"""Header fields as HTTP reads them: names in any case, values without whitespace around them."""

from dataclasses import replace
from typing import Final

from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.server import MockServer

ONE_SPELLING: Final = {"mcp-method": "Mcp-Method", "mcp-name": "Mcp-Name"}
"""The only spelling that a server knows which compares names with their case."""


def as_read(server: MockServer, request: HttpRequest) -> HttpRequest:
    """Return the request with the headers that this server finds in its fields."""
    if not server.faults:
        return request
    headers = dict(request.headers)
    if not server.keeps("h26-header-edge-whitespace"):
        headers |= {name.lower(): value for name, value in request.fields}
    if not server.keeps("h26-header-name-case-insensitive"):
        for name, _ in request.fields:
            if name != ONE_SPELLING.get(name.lower(), name):
                headers.pop(name.lower(), None)
    return replace(request, headers=headers)
