"""How the mock client finds the authorization server of an MCP server."""

from collections.abc import Callable
from urllib.parse import urlsplit

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.client.authorization.web import AuthorizationServer, Web
from mcp_proof_mocks.client.failure import InvalidError

RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"


class Discovery:
    """Looks for the documents of one MCP server."""

    def __init__(
        self, web: Web, url: str, revision: Revision, keeps: Callable[[str], bool]
    ) -> None:
        self._web = web
        self._keeps = keeps
        self._revision = revision
        self._url = url
        parts = urlsplit(url)
        self._origin, self._path = f"{parts.scheme}://{parts.netloc}", parts.path
        self.resource: JsonObject = {}
        """The metadata of the resource, as they were found last."""

    async def server(self, named: str) -> AuthorizationServer:
        """Return the authorization server that is in charge now.

        Args:
            named: the URL of the resource metadata, where the challenge names it.

        Raises:
            InvalidError: there is none that may be used.
        """
        if self._revision < Revision.R2025_06_18:
            return await self._server_of_2503()
        if not self._keeps("auth-client-uses-prm"):
            return await self._described(self._origin)
        self.resource = await self._resource(named)
        if self.resource.get("resource") not in (self._url, self._origin) and self._keeps(
            "auth-client-resource-mismatch"
        ):
            raise InvalidError("the resource metadata are about another server")
        issuers = as_list(self.resource.get("authorization_servers"))
        if not issuers:
            raise InvalidError("the resource metadata name no authorization server")
        return await self._described(str(issuers[0]))

    async def _resource(self, named: str) -> JsonObject:
        """Get the metadata of the resource (PRM Discovery)."""
        places = [f"{self._origin}{RESOURCE}{self._path}", f"{self._origin}{RESOURCE}"]
        if named and self._keeps("auth-client-prm-from-header"):
            places = [named]
        elif not named and not self._keeps("auth-client-prm-wellknown-order"):
            places.reverse()
        for place in places:
            found = await self._web.document(place)
            if found is not None:
                return found
        raise InvalidError("there are no resource metadata")

    async def _described(self, issuer: str) -> AuthorizationServer:
        """Get the metadata of an authorization server (AS Metadata Discovery)."""
        if not self._keeps("auth-client-as-metadata"):
            return AuthorizationServer(issuer=issuer, metadata=defaults(issuer))
        for place in self._places(issuer):
            found = await self._web.document(place)
            if found is not None:
                break
        else:
            raise InvalidError("the authorization server has no metadata")
        checks = self._revision >= Revision.R2026_07_28 and self._keeps("auth-client-issuer-match")
        if checks and found.get("issuer") != issuer:
            raise InvalidError("the metadata are of another authorization server")
        return AuthorizationServer(issuer=issuer, metadata=found)

    def _places(self, issuer: str) -> list[str]:
        parts = urlsplit(issuer)
        origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        places = [f"{origin}{SERVER}{path}"]
        if self._revision >= Revision.R2025_11_25:
            places.append(f"{origin}{OPENID}{path}")
            if path:
                places.append(f"{origin}{path}{OPENID}")
        if not self._keeps("auth-client-as-metadata-order"):
            places.reverse()
        return places

    async def _server_of_2503(self) -> AuthorizationServer:
        """Find the server as 2025-03-26 has it: at the origin, or nowhere (Fallbacks)."""
        if not self._keeps("auth-client-as-metadata"):
            return AuthorizationServer(issuer=self._origin, metadata=defaults(self._origin))
        below = "" if self._keeps("auth-client-2503-base-url") else self._path
        found = await self._web.document(f"{self._origin}{SERVER}{below}")
        if found is None and not self._keeps("auth-client-2503-default-paths"):
            raise InvalidError("the authorization server has no metadata")
        metadata = found if found is not None else defaults(self._origin)
        return AuthorizationServer(issuer=self._origin, metadata=metadata)


def defaults(base: str) -> JsonObject:
    """Return the endpoints of a server that does not tell them."""
    return {
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "registration_endpoint": f"{base}/register",
        "code_challenge_methods_supported": ["S256"],
    }
