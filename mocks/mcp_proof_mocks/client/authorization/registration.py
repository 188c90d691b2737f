"""How the mock client gets to be known to an authorization server (client-registration)."""

from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.client.authorization.web import AuthorizationServer, Web
from mcp_proof_mocks.client.failure import InvalidError

ADVERTISED: Final = "client_id_metadata_document_supported"
OFFLINE: Final = "offline_access"
UNENCRYPTED: Final = "http://callback.example/callback"
"""A redirect URI that is neither local nor https."""


class Registration:
    """What the client says of itself."""

    def __init__(
        self, web: Web, known: JsonObject, revision: Revision, keeps: Callable[[str], bool]
    ) -> None:
        self._web = web
        self._known = known
        self._revision = revision
        self._keeps = keeps
        self.redirect_uri = str(known.get("redirect_uri") or "http://localhost:3000/callback")
        if not keeps("auth-client-redirect-uri"):
            self.redirect_uri = UNENCRYPTED

    async def register(self, server: AuthorizationServer) -> None:
        """Get an id: one that is known already, a document's, or a new one, in this order.

        Raises:
            InvalidError: there is no way.
        """
        document = str(self._known.get("client_metadata_url") or "")
        has_documents = self._revision >= Revision.R2025_11_25
        advertised = has_documents and server.metadata.get(ADVERTISED) is True
        if not self._keeps("auth-client-registration-order"):
            await self._new(server)
        elif "client_id" in self._known:
            server.client_id = str(self._known["client_id"])
            server.client_secret = str(self._known.get("client_secret") or "")
            server.method = self._method(server)
        elif document and advertised:
            server.client_id = document
            if not self._keeps("auth-client-cimd-document"):
                server.client_id = document.replace("https://", "http://")
        else:
            await self._new(server)

    def _method(self, server: AuthorizationServer) -> str:
        """Return how to authenticate with a secret: in a way that the server supports."""
        if not server.client_secret:
            return "none"
        methods = as_list(server.metadata.get("token_endpoint_auth_methods_supported"))
        ways = [way for way in ("client_secret_basic", "client_secret_post") if way in methods]
        return ways[0] if ways else "client_secret_basic"

    async def _new(self, server: AuthorizationServer) -> None:
        """Register (RFC 7591)."""
        endpoint = server.metadata.get("registration_endpoint")
        if not isinstance(endpoint, str):
            raise InvalidError("the client cannot register")
        supported = as_list(server.metadata.get("token_endpoint_auth_methods_supported"))
        method = "none" if "none" in supported or not supported else str(supported[0])
        said: dict[str, Json] = {
            "client_name": "mcp-proof mock client",
            "redirect_uris": [self.redirect_uri],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": method,
            "application_type": "native",
        }
        if not self._keeps("auth-client-application-type"):
            del said["application_type"]
        if not self._keeps("auth-client-refresh-metadata"):
            said["grant_types"] = ["authorization_code"]
        answer = await self._web.post(endpoint, said)
        if answer is None:
            raise InvalidError("the registration was refused")
        server.client_id = str(answer.get("client_id", ""))
        server.client_secret = str(answer.get("client_secret") or "")
        server.method = str(answer.get("token_endpoint_auth_method", method))
