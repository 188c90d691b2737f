"""How the mock client gets a token: a code for the user's consent, and a token for the code."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.client.authorization.web import AuthorizationServer, Web
from mcp_proof_mocks.client.failure import InvalidError

ADVERTISES_ISS = "authorization_response_iss_parameter_supported"


class Grant:
    """One way through the authorization code grant, with PKCE."""

    def __init__(
        self,
        web: Web,
        server: AuthorizationServer,
        revision: Revision,
        keeps: Callable[[str], bool],
    ) -> None:
        self._web = web
        self._server = server
        self._revision = revision
        self._keeps = keeps
        self._verifier = secrets.token_urlsafe(48)
        self._state = secrets.token_urlsafe(16)

    async def token(self, redirect_uri: str, scopes: Sequence[str], resource: str) -> JsonObject:
        """Get a token.

        Raises:
            InvalidError: something stands against it.
        """
        if (
            "code_challenge_methods_supported" not in self._server.metadata
            and self._revision >= Revision.R2025_11_25
            and self._keeps("auth-client-pkce-required")
        ):
            raise InvalidError("the authorization server does not support PKCE")
        asked = self._asked(redirect_uri, scopes, resource)
        location = await self._web.location(
            str(self._server.metadata.get("authorization_endpoint")), asked
        )
        answer = parse_qs(urlsplit(location).query)
        code = self._checked({name: values[0] for name, values in answer.items()})
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": self._verifier,
        }
        if "resource" in asked:
            form["resource"] = asked["resource"]
        return await self.redeemed(form)

    async def redeemed(self, form: dict[str, str]) -> JsonObject:
        """Send a token request, with what shows who asks.

        Raises:
            InvalidError: it is refused.
        """
        server, basic = self._server, None
        method = server.method
        if not self._keeps("auth-client-token-endpoint-auth"):
            method = "client_secret_post" if method == "client_secret_basic" else "none"
        if method == "client_secret_basic":
            basic = (server.client_id, server.client_secret)
        else:
            form = {**form, "client_id": server.client_id}
        if method == "client_secret_post":
            form["client_secret"] = server.client_secret
        answer = await self._web.form(str(server.metadata.get("token_endpoint")), form, basic)
        if answer is None or not isinstance(answer.get("access_token"), str):
            raise InvalidError("the authorization server gives no token")
        return answer

    def _asked(self, redirect_uri: str, scopes: Sequence[str], resource: str) -> dict[str, str]:
        """Return the parameters of the authorization request."""
        asked = {
            "response_type": "code",
            "client_id": self._server.client_id,
            "redirect_uri": redirect_uri,
            "state": self._state,
        }
        if not self._keeps("auth-client-pkce-s256"):
            asked |= {"code_challenge": self._verifier, "code_challenge_method": "plain"}
        elif self._keeps("auth-client-pkce"):
            digest = hashlib.sha256(self._verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        if scopes:
            asked["scope"] = " ".join(scopes)
        if self._revision >= Revision.R2025_06_18 and self._keeps("auth-client-resource-param"):
            whole = self._keeps("auth-client-resource-canonical")
            asked["resource"] = resource if whole else f"{resource}#mcp"
        return asked

    def _checked(self, answer: dict[str, str]) -> str:
        """Return the code that came back.

        Raises:
            InvalidError: it may not be used, or there is none.
        """
        right = answer.get("state") == self._state
        if not right and self._keeps("auth-client-state"):
            raise InvalidError("the redirect has another state")
        if self._revision >= Revision.R2026_07_28:
            self._check_issuer(answer.get("iss"))
        if "code" not in answer:
            raise InvalidError(f"no code: {answer.get('error', 'the user was not sent back')}")
        return answer["code"]

    def _check_issuer(self, iss: str | None) -> None:
        """Check who answers (Authorization Response Validation)."""
        issuer = self._server.issuer
        if iss is None:
            advertised = self._server.metadata.get(ADVERTISES_ISS) is True
            if advertised and self._keeps("auth-client-iss-missing"):
                raise InvalidError("the redirect has no iss")
            if not advertised and not self._keeps("auth-client-iss-not-required"):
                raise InvalidError("the redirect has no iss, which it need not")
            return
        if iss.lower() == issuer.lower():
            compares = self._keeps("auth-client-iss-no-normalization")
        else:
            compares = self._keeps("auth-client-iss-compare")
        if iss != issuer and compares:
            raise InvalidError("the redirect comes from another issuer")
