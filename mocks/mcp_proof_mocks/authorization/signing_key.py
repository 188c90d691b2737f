"""The key that signs JSON Web Tokens, made at start; needs the extra `auth`."""

import secrets
from functools import cached_property
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from mcp_proof_contracts.contract_authorization import Algorithm
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, encode, parse
from mcp_proof_mocks.authorization.credentials import InvalidTokenError
from mcp_proof_mocks.bounded import Bounded

MAX_READ: Final = 1_000


class SigningKey:
    """One server's key."""

    def __init__(self, algorithm: Algorithm, secret: str | None = None) -> None:
        self.algorithm: Algorithm = algorithm
        self.secret = secret or secrets.token_urlsafe(48)
        """Signs HS256 tokens."""
        self.id = secrets.token_hex(8)
        self._signatures = jwt.PyJWS()
        self._read: Bounded[str, JsonObject] = Bounded(MAX_READ)
        """The claims of tokens whose signature was verified."""

    @cached_property
    def private_key(self) -> RSAPrivateKey:
        """Signs RS256 tokens; made when it is needed first, which takes a moment."""
        return generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: JsonObject) -> str:
        """Return a token with these claims."""
        key = self.secret if self.algorithm == "HS256" else self.private_key
        headers = {"typ": "at+jwt", "kid": self.id}  # RFC 9068 section 2.1
        return self._signatures.encode(encode(claims), key, self.algorithm, headers)

    def read(self, token: str) -> JsonObject:
        """Return the claims of a token that this key signed.

        Raises:
            InvalidTokenError: it did not.
        """
        known = self._read.get(token)
        if known is None:
            known = self._read[token] = self._verified(token)
        return known

    def _verified(self, token: str) -> JsonObject:
        shared = self.algorithm == "HS256"
        key = self.secret if shared else self.private_key.public_key()
        try:
            payload: bytes = self._signatures.decode(token, key, algorithms=[self.algorithm])
        except (jwt.InvalidTokenError, RecursionError) as error:  # a header can be nested deeply
            raise InvalidTokenError("The token was not signed by this server's key.") from error
        return as_object(parse(payload).value)

    def believed(self, token: str) -> JsonObject:
        """Return the claims of a token, whoever signed it.

        Raises:
            InvalidTokenError: it is none.
        """
        try:
            payload: bytes = self._signatures.decode(token, options={"verify_signature": False})
        except (jwt.InvalidTokenError, RecursionError) as error:
            raise InvalidTokenError("This is no token.") from error
        return as_object(parse(payload).value)

    def public_set(self) -> JsonObject:
        """Return the public keys (RFC 7517); a shared secret is none."""
        if self.algorithm == "HS256":
            return {"keys": []}
        key = RSAAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)
        key.pop("key_ops")  # says the same as `use`
        return {"keys": [{**key, "kid": self.id, "use": "sig", "alg": self.algorithm}]}
