"""Authorization of the mock, without I/O: who may pass, and how a client gets what that takes."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mcp_proof_contracts.contract_authorization import AuthorizationContract
from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.authorization.client_documents import ClientDocuments, Fetch
from mcp_proof_mocks.authorization.credentials import Clock, Credentials
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.domain import KEYS_PATH, Domain, Routes
from mcp_proof_mocks.authorization.fetch import fetch as fetch_document
from mcp_proof_mocks.authorization.fixed_keys import FixedKeys
from mcp_proof_mocks.authorization.guard import Guard, without_credentials
from mcp_proof_mocks.authorization.misbehaviours import MISBEHAVIOURS
from mcp_proof_mocks.authorization.oauth import OAuth
from mcp_proof_mocks.authorization.parameters import FORM
from mcp_proof_mocks.authorization.responses import OAuthError, challenge, json_response
from mcp_proof_mocks.authorization.scopes import Scopes
from mcp_proof_mocks.authorization.variants import VARIANTS
from mcp_proof_mocks.caller import ANYBODY, Caller, caller_of
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.missing_extra import MissingExtraError


class Authorization:
    """Guards the endpoints at `paths` of one server, and all below those that end in a slash.

    `clock` gives the seconds since the epoch by which everything expires; `fetch` gets client id
    metadata documents; `permissions` are those that there are, for tokens of the scheme `jwt`.

    Raises:
        MissingExtraError: the scheme needs the extra `auth`.
    """

    def __init__(
        self,
        contract: AuthorizationContract,
        clock: Clock = time.time,
        *,
        paths: Sequence[str] = ("/mcp",),
        permissions: Sequence[str] = (),
        fetch: Fetch = fetch_document,
    ) -> None:
        self.contract = contract
        self.keys: tuple[str, ...] = ()
        """The fixed bearer tokens or API keys, each with every scope."""
        self.secret: str | None = None
        """Signs HS256 tokens."""
        self._paths = tuple(paths)
        self._permissions = tuple(permissions)
        named = (*contract.variants, *contract.misbehave)
        self._deviations = Deviations(named, {**VARIANTS, **MISBEHAVIOURS})
        self._scopes = Scopes(contract, self._deviations)
        self._oauth: OAuth | None = None
        self._routes: Routes = {}
        self._credentials = self._made_credentials(clock, ClientDocuments(fetch, clock))
        self._guard = Guard(contract.scheme, self._credentials, self._scopes, self._deviations)

    async def respond(self, request: HttpRequest, base_url: str) -> HttpResponse | None:
        """Answer like `answer`, after fetching what that takes: the one call for a shell."""
        if self._oauth is not None:
            await self._oauth.resolve(request)
        return self.answer(request, base_url)

    def answer(self, request: HttpRequest, base_url: str) -> HttpResponse | None:
        """Return the response to a request, or `None` when it may pass.

        `base_url` is the origin by which the client knows this server, with no slash at its end.
        A client whose metadata document `respond` has not fetched is unknown.
        """
        path = request.path.partition("?")[0]
        if path in self._routes:
            return self._served(request, path, base_url)
        if not self.guards(request):
            return None
        if self._oauth is None:
            return self._guard.refusal(request, None, None)
        metadata_url = self._oauth.metadata.url(path, base_url)
        refusal = self._guard.refusal(request, self._oauth.place(base_url), metadata_url)
        if refusal is None:
            self._oauth.let_through()
        return refusal

    def issue(
        self, scopes: Iterable[str] | None = None, expires_in: float | None = None, **claims: Json
    ) -> str:
        """Return a valid credential, by default with every scope and the contract's lifetime.

        `claims` replace those of a token; `None` removes one.
        """
        allowed = self.contract.permissions
        permissions: Json = self._permissions if allowed is None else allowed
        usual = {"permissions": permissions} if self._names_permissions and permissions else {}
        return self._credentials.issue(
            self._scopes.known if scopes is None else scopes,
            self.contract.expires_in if expires_in is None else expires_in,
            {**usual, **claims},
        )

    @property
    def _names_permissions(self) -> bool:
        """Whether the tokens say what their bearer may do, in the claim `permissions`."""
        return self.contract.scheme == "jwt"

    def caller(self, request: HttpRequest) -> Caller:
        """Return who sends a request that may pass, as far as what it presents says."""
        return caller_of(self._guard.claims(request)) if self._names_permissions else ANYBODY

    def headers(self) -> dict[str, str]:
        """Return the header of a request that may pass."""
        return self._guard.headers(self.keys[0] if self.keys else self.issue())

    def redacted(self, request: HttpRequest) -> HttpRequest:
        """Return a request as it may be kept: without what it presents or exchanges."""
        path = request.path.partition("?")[0]
        # A form is no MCP message: it is meant for a token endpoint, be it at the wrong path.
        form = request.headers.get("content-type", "").lower().startswith(FORM)
        if form or request.refusal is not None or self.is_beside(request):
            request = replace(request, path=path, body=b"")
        return without_credentials(request)

    def is_beside(self, request: HttpRequest) -> bool:
        """Return whether a request belongs to OAuth rather than to an endpoint."""
        path = request.path.partition("?")[0]
        return path in self._routes or (self._oauth is not None and not self.guards(request))

    def guards(self, request: HttpRequest) -> bool:
        """Return whether a request is for a protected endpoint."""
        path = request.path.partition("?")[0]
        return any(path == each or _below(path, each) for each in self._paths)

    def serves(self, request: HttpRequest) -> bool:
        """Return whether a request is for the authorization server, not for an endpoint."""
        return request.path.partition("?")[0] in self._routes

    def _made_credentials(self, clock: Clock, documents: ClientDocuments) -> Credentials:
        if self.contract.scheme in ("bearer", "api-key"):
            keys = FixedKeys(self.contract.keys, self._scopes.known, self._deviations, clock)
            self.keys = keys.keys
            return keys
        tokens = self._signed_tokens(clock)
        if self.contract.scheme == "oauth":
            self._oauth = OAuth(
                Domain(
                    contract=self.contract,
                    deviations=self._deviations,
                    scopes=self._scopes,
                    clock=clock,
                    tokens=tokens,
                    documents=documents,
                    paths=self._paths,
                )
            )
            self._routes |= self._oauth.routes()
        return tokens

    def _signed_tokens(self, clock: Clock) -> Credentials:
        try:
            from mcp_proof_mocks.authorization import signed_tokens, signing_key  # noqa: PLC0415  # an extra
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                f"authorization.scheme {self.contract.scheme} needs {error.name}, which is not "
                "installed: pip install 'mcp-proof[auth]'"
            ) from error
        oauth = self.contract.scheme == "oauth"
        algorithm = "RS256" if oauth else self.contract.algorithm
        key = signing_key.SigningKey(algorithm, self.contract.secret)
        self.secret = key.secret if algorithm == "HS256" else None
        self._routes[KEYS_PATH] = ("GET", lambda _, __: json_response(key.public_set()))
        return signed_tokens.SignedTokens(key, self._deviations, clock)

    def _served(self, request: HttpRequest, path: str, base_url: str) -> HttpResponse:
        method, handler = self._routes[path]
        if request.method != method:
            return HttpResponse(status=405, headers={"Allow": method})
        try:
            return handler(request, base_url)
        except OAuthError as error:
            # Who used the Authorization field is answered in kind (RFC 6749 section 5.2).
            basic = error.code == "invalid_client" and "authorization" in request.headers
            headers = {"WWW-Authenticate": challenge("Basic", {"realm": "mcp"})} if basic else {}
            return json_response(error.members, status=401 if basic else 400, headers=headers)


def _below(path: str, guarded: str) -> bool:
    return guarded.endswith("/") and path.startswith(guarded)
