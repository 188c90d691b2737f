"""Bearer tokens and API keys: they mean what the server remembers of them."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.authorization.credentials import Clock, InvalidTokenError, Place
from mcp_proof_mocks.authorization.deviation import Deviations
from mcp_proof_mocks.bounded import Bounded

MAX_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Grant:
    scopes: frozenset[str]
    expires: float


class FixedKeys:
    """The keys of one server."""

    def __init__(
        self,
        keys: Collection[str],
        scopes: Iterable[str],
        deviations: Deviations,
        clock: Clock,
    ) -> None:
        self.keys = tuple(keys) or (secrets.token_urlsafe(32),)
        """Valid for ever, with every scope."""
        self._deviations = deviations
        self._clock = clock
        self._fixed = dict.fromkeys(self.keys, frozenset(scopes))
        self._issued: Bounded[str, _Grant] = Bounded(MAX_KEYS)

    def issue(self, scopes: Iterable[str], expires_in: float, claims: JsonObject) -> str:
        """Return a new key.

        Raises:
            TypeError: there are claims, which a key cannot carry.
        """
        if claims:
            raise TypeError(f"a fixed key carries no claims, got {', '.join(claims)}")
        key = secrets.token_urlsafe(32)
        self._issued[key] = _Grant(frozenset(scopes), self._clock() + expires_in)
        return key

    def granted(self, credential: str, _place: Place | None) -> frozenset[str]:
        """Return the key's scopes; no key says for which place it is."""
        if credential in self._fixed:
            return self._fixed[credential]
        grant = self._issued.get(credential)
        if grant is None:
            raise InvalidTokenError("This key is not known here.")
        if grant.expires <= self._clock() and "expiry-ignored" not in self._deviations:
            raise InvalidTokenError("The key has expired.")
        return grant.scopes

    def claims(self, _credential: str) -> JsonObject:
        """Return nothing: a key says nothing for itself."""
        return {}
