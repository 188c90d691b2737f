"""What of a JSON document is secret, by the names of its members."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.names import names_a_secret
from mcp_proof_contracts.secrets.values import is_secretive
from mcp_proof_contracts.wire import as_list

_HIDDEN: Final = re.compile(
    r".*(?:\*{3}|…|•|\.{3}).*|\W*(?:hidden|redacted|masked|removed|set|configured)\W*",
    re.IGNORECASE,
)
"""What stands for a secret that is not shown, or for most of it."""
_HEADER: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
"""What `api_key_header` holds: the name of the header that carries the secret."""


def secrets_in_members(value: Json) -> Iterator[str]:
    """Yield the texts that stand under a name such as `token` or `apiKey`, at any depth."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield from _under(name, held)
    elif isinstance(value, list):
        for item in value:
            yield from secrets_in_members(item)


def _under(name: str, held: Json) -> Iterator[str]:
    if names_a_secret(name):
        for text in as_list(held) or [held]:
            if isinstance(text, str) and is_secretive(text) and not is_about_a_secret(name, text):
                yield text
    yield from secrets_in_members(held)


def without_secret_members(value: Json, *, secret: bool = False) -> Json:
    """Return a value with a placeholder for each text below a name such as `token`."""
    if isinstance(value, dict):
        return {
            name: without_secret_members(held, secret=secret or names_a_secret(name))
            for name, held in value.items()
        }
    if isinstance(value, list):
        return [without_secret_members(item, secret=secret) for item in value]
    return HIDDEN if secret and value and isinstance(value, str) else value


def is_about_a_secret(name: str, text: str) -> bool:
    """Whether a text stands in the place of a secret, or says where it is."""
    says_where = name.lower().endswith("header") and _HEADER.fullmatch(text)
    return bool(says_where or _HIDDEN.fullmatch(text))
