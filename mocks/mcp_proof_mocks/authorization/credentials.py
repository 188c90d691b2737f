"""What a request presents, and what makes it valid."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from mcp_proof_contracts.json_value import JsonObject

Clock: TypeAlias = Callable[[], float]
"""Seconds since the epoch."""


class InvalidTokenError(Exception):
    """A credential is unknown, expired or meant for somebody else (RFC 6750, invalid_token)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who must have issued a token, and for whom."""

    issuer: str
    resources: Collection[str]


class Credentials(Protocol):
    """Issues what requests present, and judges it."""

    def issue(self, scopes: Iterable[str], expires_in: float, claims: JsonObject) -> str:
        """Return a credential with these scopes."""
        ...

    def granted(self, credential: str, place: Place | None, /) -> frozenset[str]:
        """Return the scopes of a credential that was presented at `place`.

        Raises:
            InvalidTokenError: it is not accepted.
        """
        ...

    def claims(self, credential: str, /) -> JsonObject:
        """Return what a credential that is accepted says for itself."""
        ...
