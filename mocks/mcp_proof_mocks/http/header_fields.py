"""Header fields as HTTP reads them: names in any case, values without whitespace around them."""

from typing import Final

from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.server import MockServer

ONE_SPELLING: Final = {"mcp-method": "Mcp-Method", "mcp-name": "Mcp-Name"}
"""The only spelling that a server knows which compares names with their case."""


def read_fields(server: MockServer, request: HttpRequest) -> None:
    """Give the request the headers that a server with faults finds in its fields."""
    headers = dict(request.headers)
    if not server.keeps("h26-header-edge-whitespace"):
        headers |= {name.lower(): value for name, value in request.fields}
    if not server.keeps("h26-header-name-case-insensitive"):
        for name, _ in request.fields:
            if name != ONE_SPELLING.get(name.lower(), name):
                headers.pop(name.lower(), None)
    request.headers = headers
