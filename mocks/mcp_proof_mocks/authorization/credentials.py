"""What a request presents, and what makes it valid."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from mcp_proof_contracts.json_value import JsonObject

Clock: TypeAlias = Callable[[], float]
"""Seconds since the epoch."""


class InvalidToken(Exception):  # noqa: N818  # RFC 6750 calls it invalid_token
    """A credential is unknown, expired or meant for somebody else."""


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

    def granted(self, credential: str, place: Place | None) -> frozenset[str]:
        """Return the scopes of a credential that was presented at `place`.

        Raises:
            InvalidToken: it is not accepted.
        """
        ...
