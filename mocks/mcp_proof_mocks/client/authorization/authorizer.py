"""The mock client's part in authorization: what it presents, and what it does when refused."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx2

from mcp_proof_contracts.challenge import BEARER, Challenge, challenges
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.client.authorization.discovery import Discovery
from mcp_proof_mocks.client.authorization.grant import Grant
from mcp_proof_mocks.client.authorization.registration import OFFLINE, Registration
from mcp_proof_mocks.client.authorization.web import AuthorizationServer, Web

MOST: Final = 3
"""How often it gets a token for the same request."""
ENDLESS: Final = 12
"""How often it does so when it knows no limit: a test has to end."""
INSUFFICIENT: Final = "insufficient_scope"


class Authorizer:
    """Gets the tokens of one client of one MCP server."""

    def __init__(
        self,
        url: str,
        known: JsonObject,
        revision: Revision,
        keeps: Callable[[str], bool],
        http: httpx2.AsyncClient,
    ) -> None:
        self._url = url
        self._keeps = keeps
        self._revision = revision
        self._web = Web(http)
        self._discovery = Discovery(self._web, url, revision, keeps)
        self._registration = Registration(self._web, known, revision, keeps)
        self._servers: dict[str, AuthorizationServer] = {}
        """What the client is registered with, by issuer (Authorization Server Binding)."""
        self._token = ""
        self._first = ""
        """The token that it got first."""
        self._used: set[str] = set()
        self._scopes: list[str] = []
        """What it asked for last."""
        self._lock = asyncio.Lock()

    @property
    def most(self) -> int:
        """How often a request is tried again."""
        return MOST if self._keeps("auth-client-retry-limit") else ENDLESS

    def present(self, method: str) -> tuple[str, dict[str, str]]:
        """Return the URL and the headers for an HTTP request."""
        token = self._token
        if not token or (method != "POST" and not self._keeps("auth-client-every-request")):
            return self._url, {}
        if token in self._used and not self._keeps("auth-client-token-origin"):
            self._first, token = token, self._first
        self._used.add(token)
        url = self._url
        if not self._keeps("auth-client-bearer-header"):
            url = f"{url}?access_token={token}"
        return url, {"Authorization": f"Bearer {token}"}

    async def authorized(self, response: httpx2.Response) -> bool:
        """Whether a refused request may be tried again, with another token.

        Raises:
            InvalidError: the client refuses to ask for one, or gets none.
        """
        presented = response.request.headers.get("authorization", "").partition(" ")[2]
        challenge = _challenge(response)
        if response.status_code == HTTPStatus.FORBIDDEN:
            if challenge.parameters.get("error") != INSUFFICIENT or not self._steps_up:
                return False
        elif response.status_code != HTTPStatus.UNAUTHORIZED or (
            presented and not self._keeps("auth-client-handles-401")
        ):
            return False
        async with self._lock:
            if presented == self._token:  # otherwise another request got one meanwhile
                await self._authorize(challenge)
        return True

    @property
    def _steps_up(self) -> bool:
        return self._revision >= Revision.R2025_11_25 and self._keeps("auth-client-step-up")

    async def _authorize(self, challenge: Challenge) -> None:
        server = await self._discovery.server(challenge.parameters.get("resource_metadata", ""))
        known = self._servers.get(server.issuer)
        if known is not None:
            known.metadata = server.metadata
            server = known
        elif self._servers and not self._keeps("auth-client-as-binding"):
            first = next(iter(self._servers.values()))
            server.client_id, server.client_secret = first.client_id, first.client_secret
            server.method = first.method
        else:
            await self._registration.register(server)
        self._servers[server.issuer] = server
        self._scopes = self._wanted(challenge, server)
        grant = Grant(self._web, server, self._revision, self._keeps)
        answer = await grant.token(self._registration.redirect_uri, self._scopes, self._resource)
        self._token = str(answer["access_token"])
        self._first = self._first or self._token

    @property
    def _resource(self) -> str:
        """The resource that the token is for: the server's, or what its metadata say."""
        told = self._discovery.resource.get("resource")
        ours = isinstance(told, str) and urlsplit(told).netloc == urlsplit(self._url).netloc
        return str(told) if ours else self._url

    def _wanted(self, challenge: Challenge, server: AuthorizationServer) -> list[str]:
        """Return the scopes to ask for (Scope Selection Strategy, Step-Up Authorization Flow)."""
        wanted = challenge.scopes()
        if wanted and not self._keeps("auth-client-scope-from-challenge"):
            wanted = []
        elif not wanted:
            listed = as_list(self._discovery.resource.get("scopes_supported"))
            wanted = [str(scope) for scope in listed]
            if not self._keeps("auth-client-scope-from-prm"):
                wanted = [] if wanted else ["everything"]
        elif challenge.parameters.get("error") == INSUFFICIENT and self._keeps(
            "auth-client-scope-union"
        ):
            wanted = [*self._scopes, *wanted]
        if OFFLINE in as_list(server.metadata.get("scopes_supported")):
            wanted = [*wanted, OFFLINE]
        return list(dict.fromkeys(wanted))


def _challenge(response: httpx2.Response) -> Challenge:
    """Return the challenge of a bearer token; an empty one where there is none."""
    field = response.headers.get("www-authenticate", "")
    bearer = (each for each in challenges(field) if each.scheme == BEARER)
    return next(bearer, Challenge(BEARER))
