"""Where a protected server tells how to be authorized (RFC 9728, RFC 8414)."""

from typing import Final

from mcp_proof_contracts.challenge import challenges

RESOURCE: Final = "/.well-known/oauth-protected-resource"
SERVER: Final = "/.well-known/oauth-authorization-server"
NAMED_BY: Final = "resource_metadata"


def named_metadata(field: str) -> str:
    """Return the URL of the resource metadata that a `WWW-Authenticate` names; "" for none."""
    for challenge in challenges(field):
        if NAMED_BY in challenge.parameters:
            return challenge.parameters[NAMED_BY]
    return ""
