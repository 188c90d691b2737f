"""JSON Web Tokens, which say for themselves what they are for; needs the extra `auth`."""

import secrets
import uuid
from collections.abc import Iterable

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.authorization.credentials import Clock, InvalidTokenError, Place
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.authorization.signing_key import SigningKey


class SignedTokens:
    """The tokens of one server (RFC 9068)."""

    def __init__(self, key: SigningKey, deviations: Deviations, clock: Clock) -> None:
        self._key = key
        self.identity = uuid.uuid4().urn
        """Issuer and audience of the tokens that `issue` makes, which knows no URL."""
        self._deviations = deviations
        self._clock = clock

    def issue(self, scopes: Iterable[str], expires_in: float, claims: JsonObject) -> str:
        """Return a token; `claims` replace those that it has otherwise, `None` removes one."""
        now = self._clock()
        said: dict[str, Json] = {
            "iss": self.identity,
            "aud": self.identity,
            "sub": "user",
            "client_id": "mcp-proof",
            "iat": int(now),
            "exp": now + expires_in,
            "jti": secrets.token_hex(16),
            "scope": " ".join(scopes),
            **claims,
        }
        return self._key.sign({name: value for name, value in said.items() if value is not None})

    def granted(self, credential: str, place: Place | None) -> frozenset[str]:
        """Return the token's scopes; without a place, a token that names no audience will do."""
        claims = self.claims(credential)
        self._check_time(claims)
        self._check_place(claims, place)
        return frozenset(str(claims.get("scope", "")).split())

    def claims(self, credential: str) -> JsonObject:
        """Return the token's claims.

        Raises:
            InvalidTokenError: it was not signed by this server's key.
        """
        if "signature-ignored" in self._deviations:
            return self._key.believed(credential)
        return self._key.read(credential)

    def _check_time(self, claims: JsonObject) -> None:
        now = self._clock()
        expires, not_before = claims.get("exp"), claims.get("nbf", now)
        if not isinstance(expires, int | float) or not isinstance(not_before, int | float):
            raise InvalidTokenError("The token does not say how long it is valid.")
        if not expires > now and "expiry-ignored" not in self._deviations:
            raise InvalidTokenError("The token has expired.")
        if not not_before <= now:
            raise InvalidTokenError("The token is not valid yet.")

    def _check_place(self, claims: JsonObject, place: Place | None) -> None:
        audience = claims.get("aud")
        named = {str(item) for item in as_list(audience) or [audience]}
        if place is not None and claims.get("iss") not in (place.issuer, self.identity):
            raise InvalidTokenError("The token was issued by another authorization server.")
        if "any-audience" in self._deviations or (place is None and audience is None):
            return
        here = {self.identity, *(place.resources if place is not None else ())}
        if not named & here:
            raise InvalidTokenError("The token was issued for another audience.")
