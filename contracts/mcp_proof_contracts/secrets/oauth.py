"""What authorization servers give out, and are told (RFC 6749, 7591, 8628; OpenID Connect)."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.values import is_secretive
from mcp_proof_contracts.wire import as_object

MEMBERS: Final = (
    *("access_token", "refresh_token", "id_token", "client_secret"),
    *("registration_access_token", "device_code", "subject_token", "client_assertion"),
)
"""Members of their JSON that hold credentials."""


def oauth_secrets(value: Json) -> Iterator[str]:
    """Yield the credentials in the body of an exchange with one; a JSON-RPC message is none."""
    members = as_object(value)
    if "jsonrpc" in members:
        return
    for name in MEMBERS:
        text = members.get(name)
        if isinstance(text, str) and is_secretive(text):
            yield text
