"""Servers whose document cannot be found or used, or says something else than they do."""

from dataclasses import replace

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.openapi.jsonrpc import CALLS, DOCUMENT
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import Edit, in_bodies
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _without(*path: str) -> Edit:
    """Leave a member of an object out, wherever it is below."""

    def edit(said: dict[str, Json]) -> Json:
        return _cut(said, path)

    return edit


def _cut(value: Json, path: tuple[str, ...]) -> Json:
    members = dict(as_object(value))
    if path[1:]:
        members[path[0]] = _cut(members.get(path[0]), path[1:])
    else:
        members.pop(path[0], None)
    return members


def _misnamed(said: dict[str, Json]) -> Json:
    return {"output" if name == "result" else name: value for name, value in said.items()}


def _as_text(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.path != DOCUMENT:
        return response
    return replace(response, headers={**response.headers, "Content-Type": "text/plain"})


fault("openapi-document-served", http=_as_text)
fault("openapi-document-valid", http=in_bodies(_without("info", "version"), DOCUMENT))
fault(
    "openapi-call-described",
    http=in_bodies(_without("paths", CALLS, "post", "requestBody"), DOCUMENT),
)
fault("openapi-answers-conform", http=in_bodies(_misnamed, CALLS))
fault(
    "openapi-security-described",
    http=in_bodies(_without("paths", CALLS, "post", "security"), DOCUMENT),
)
