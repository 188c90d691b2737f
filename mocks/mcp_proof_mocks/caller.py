"""Who calls a tool, as far as a credential says."""

from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends a request that may pass."""

    user: str = "anonymous"
    """Whose calls are counted together, and who is named in the audit."""
    permissions: frozenset[str] | None = None
    """What the token allows; `None` where credentials say nothing of it."""

    def may(self, demanded: frozenset[str]) -> bool:
        """Whether what a tool demands is allowed."""
        return self.permissions is None or demanded <= self.permissions


ANYBODY: Final = Caller()
"""The caller of a server that asks for no credential."""


def caller_of(claims: JsonObject) -> Caller:
    """Return the caller that the claims of a JSON Web Token are about."""
    user = claims.get("user_id", claims.get("sub", ANYBODY.user))
    allowed = frozenset(str(each) for each in as_list(claims.get("permissions")))
    return Caller(str(user), allowed)
