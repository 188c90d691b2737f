"""The OAuth of one mock: its resource metadata and authorization servers behind one table."""

from typing import Final

from mcp_proof_mocks.authorization.authorization_server import AuthorizationServer
from mcp_proof_mocks.authorization.credentials import Place
from mcp_proof_mocks.authorization.domain import Domain, Routes
from mcp_proof_mocks.authorization.parameters import query_of
from mcp_proof_mocks.authorization.resource_metadata import ResourceMetadata
from mcp_proof_mocks.authorization.responses import OAuthError
from mcp_proof_mocks.http.messages import HttpRequest

TENANT: Final = "/tenant1"
MOVED: Final = "/moved"


class OAuth:
    """Who is in charge, and what is served for it."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        home = TENANT if "issuer-with-path" in domain.deviations else ""
        self._servers = [AuthorizationServer(domain, home)]
        if "server-moves" in domain.deviations:
            self._servers.append(AuthorizationServer(domain, MOVED))
        self._in_charge = self._servers[0]
        self.metadata = ResourceMetadata(domain, self.issuer)

    def routes(self) -> Routes:
        """Return everything that is served, by path."""
        routes = self.metadata.routes()
        for server in self._servers:
            routes |= server.routes()
        return routes

    def issuer(self, base_url: str) -> str:
        """Return the issuer that is in charge."""
        return base_url + self._in_charge.path

    def place(self, base_url: str) -> Place:
        """Return what tokens must say."""
        return Place(self.issuer(base_url), self._domain.resources(base_url))

    def let_through(self) -> None:
        """Note that a request was authorized."""
        self._in_charge = self._servers[-1]

    async def resolve(self, request: HttpRequest) -> None:
        """Fetch the metadata document of the client that asks for authorization."""
        path = request.path.partition("?")[0]
        supported = "no-client-documents" not in self._domain.deviations
        if supported and path in {f"{server.path}/authorize" for server in self._servers}:
            try:
                client_id = query_of(request).get("client_id", "")
            except OAuthError:
                return  # the answer says what is wrong
            await self._domain.documents.resolve(client_id)
