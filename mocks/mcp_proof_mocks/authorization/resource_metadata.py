"""Protected resource metadata (RFC 9728): how a client finds the authorization server."""

from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.authorization.domain import Domain, Routes
from mcp_proof_mocks.authorization.responses import json_response
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
ELSEWHERE: Final = "/metadata"


class ResourceMetadata:
    """Serves the documents of one mock's endpoints."""

    def __init__(self, domain: Domain, issuer: Callable[[str], str]) -> None:
        self._domain = domain
        self._issuer = issuer
        self._described = self._locations()

    def url(self, path: str, base_url: str) -> str | None:
        """Return where an endpoint is described, or `None`."""
        for location, described in self._described.items():
            if described in (path, ""):
                return base_url + location
        return None

    def routes(self) -> Routes:
        """Return what is served."""
        return dict.fromkeys(self._described, ("GET", self._answer))

    def _locations(self) -> dict[str, str]:
        """Return the path that is described, by the path of its document; "" is the origin.

        A document names the resource that its own URL was made from (RFC 9728 section 3.3).
        """
        deviations, paths = self._domain.deviations, self._domain.paths
        if "no-resource-metadata" in deviations:
            return {}
        if "metadata-elsewhere" in deviations:
            return {ELSEWHERE + path: path for path in paths}
        if "metadata-at-root" in deviations:
            return {WELL_KNOWN: ""}
        return {**{WELL_KNOWN + path: path for path in paths}, WELL_KNOWN: ""}

    def _answer(self, request: HttpRequest, base_url: str) -> HttpResponse:
        described = self._described[request.path.partition("?")[0]]
        document: dict[str, Json] = {
            "resource": base_url + described,
            "authorization_servers": [self._issuer(base_url)],
            "bearer_methods_supported": ["header"],
        }
        if self._domain.contract.scopes:
            document["scopes_supported"] = list(self._domain.contract.scopes)
        return json_response(self._domain.deviations.edited("resource metadata", document))
