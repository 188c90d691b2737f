"""Servers that any web page can reach."""

from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

fault("sec-origin-validated")
fault("sec-origin-validated-all-methods", revision=Revision.R2025_11_25)
fault("sec-origin-status-403")
fault("sec-bind-localhost", at_start=True)


def _refuse_without_origin(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # The handshake is spared, so that the server can be talked to at all.
    bare = "origin" not in request.headers and b'"ping"' in request.body
    return HttpResponse(status=403) if bare else response


def _refuse_any_origin(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return HttpResponse(status=403) if "origin" in request.headers else response


fault("sec-origin-absent-served", http=_refuse_without_origin, revision=Revision.R2025_11_25)
fault("sec-origin-local-served", http=_refuse_any_origin)
