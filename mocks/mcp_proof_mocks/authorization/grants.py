"""What was granted: authorization codes, and the refresh tokens that follow from them."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_mocks.authorization.authorization_request import AuthorizationRequest
from mcp_proof_mocks.authorization.clients import Client
from mcp_proof_mocks.authorization.credentials import Clock
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.responses import OAuthError
from mcp_proof_mocks.bounded import Bounded

CODE_LIFETIME: Final = 60
MAX_GRANTS: Final = 10_000
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""A code verifier (RFC 7636 section 4.1)."""


@dataclass(slots=True, kw_only=True)
class Grant:
    """What a user granted to a client, and which of its refresh tokens is the valid one."""

    client: Client
    redirect_uri: str
    """Empty where the client asked in its own name."""
    asked: AuthorizationRequest
    expires: float
    redeemed: bool = False
    refresh_token: str = field(default="", repr=False)
    """Empty when there is none, or no more."""


class Grants:
    """The grants of one authorization server."""

    def __init__(self, deviations: Deviations, clock: Clock) -> None:
        self._deviations = deviations
        self._clock = clock
        self._by_code: Bounded[str, Grant] = Bounded(MAX_GRANTS)
        self._by_refresh_token: Bounded[str, Grant] = Bounded(MAX_GRANTS)

    def code(self, client: Client, redirect_uri: str, asked: AuthorizationRequest) -> str:
        """Grant what is asked, and return the code to redeem."""
        code = secrets.token_urlsafe(32)
        self._by_code[code] = Grant(
            client=client,
            redirect_uri=redirect_uri,
            asked=asked,
            expires=self._clock() + CODE_LIFETIME,
        )
        return code

    def redeem(self, client: Client, code: str, verifier: str, redirect_uri: str | None) -> Grant:
        """Return what was granted with a code, once.

        Raises:
            OAuthError: the code, its client or the verifier is not the right one.
        """
        grant = self._by_code.get(code)
        if grant is None or grant.client.client_id != client.client_id:
            raise OAuthError("invalid_grant", "This code was not issued to this client.")
        if grant.redeemed:
            grant.refresh_token = ""  # a stolen code: what came of it ends (OAuth 2.1, 4.1.3)
            raise OAuthError("invalid_grant", "The code has been redeemed before.")
        grant.redeemed = True
        if grant.expires <= self._clock():
            raise OAuthError("invalid_grant", "The code has expired.")
        if redirect_uri is not None and redirect_uri != grant.redirect_uri:
            raise OAuthError("invalid_grant", "The redirect URI is not that of the code.")
        if not VERIFIER.fullmatch(verifier):
            raise OAuthError("invalid_grant", "code_verifier: expected 43 to 128 characters.")
        if not hmac.compare_digest(s256(verifier), grant.asked.challenge):
            raise OAuthError("invalid_grant", "The code verifier does not match the challenge.")
        return grant

    def refresh_token(self, grant: Grant) -> str:
        """Return a grant's next refresh token; the one before ends with it."""
        if not grant.refresh_token or "refresh-not-rotated" not in self._deviations:
            grant.refresh_token = secrets.token_urlsafe(32)
            self._by_refresh_token[grant.refresh_token] = grant
        return grant.refresh_token

    def refreshed(self, client: Client, token: str) -> Grant:
        """Return what a refresh token stands for.

        Raises:
            OAuthError: it is not valid.
        """
        grant = self._by_refresh_token.get(token)
        if grant is None or grant.client.client_id != client.client_id:
            raise OAuthError("invalid_grant", "This refresh token was not issued to this client.")
        if "refresh-refused" in self._deviations:
            raise OAuthError("invalid_grant", "The refresh token has been revoked.")
        if grant.refresh_token != token:
            grant.refresh_token = ""  # one of the two who use it stole it (OAuth 2.1, 4.3.1)
            raise OAuthError("invalid_grant", "The refresh token has been used before.")
        return grant


def s256(verifier: str) -> str:
    """Return the code challenge of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
