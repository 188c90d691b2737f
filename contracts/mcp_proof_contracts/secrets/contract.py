"""What a contract file holds that is secret: keys, and how others are reached."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.given import (
    GivenSecrets,
    secrets_in_command,
    secrets_in_url,
)
from mcp_proof_contracts.secrets.values import is_secretive
from mcp_proof_contracts.wire import as_list, as_object

SECRET: Final = ("keys", "secret", "clients")
"""The members of `authorization` that hold what is secret."""
PUBLIC: Final = ("client_id", "redirect_uris")
"""What is not secret of a client."""


def contract_secrets(document: JsonObject) -> GivenSecrets:
    """Return what a document holds, which may be no contract."""
    authorization = as_object(document.get("authorization"))
    place = as_object(document.get("pass_through"))
    hooks = [as_object(hook) for hook in as_list(document.get("webhooks"))]
    keys = [text for name in SECRET for text in _texts(authorization.get(name))]
    keys += [text for hook in hooks for text in _texts(hook.get("secret"))]
    found = GivenSecrets(frozenset(text for text in keys if is_secretive(text)))
    for where in (place, *hooks):
        found |= secrets_in_url("".join(_texts(where.get("url"))))
    return found | secrets_in_command(_texts(place.get("command")))


def _texts(value: Json) -> Iterator[str]:
    """Yield the texts of a value, numbers where a text was meant among them."""
    if isinstance(value, dict):
        value = [item for name, item in value.items() if name not in PUBLIC]
    if isinstance(value, list):
        yield from (text for item in value for text in _texts(item))
    elif isinstance(value, str | int | float):
        yield str(value)
