"""Headers as they may be recorded."""

from collections.abc import Iterable
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.mask import HIDDEN

SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"}
)
"""Headers, in lower case, whose values never enter a transcript."""


def shown_headers(
    fields: Iterable[tuple[str, str]], secret: frozenset[str] = SECRET_HEADERS
) -> dict[str, Json]:
    """Return headers as they may be recorded: lower-case names, secret values hidden.

    The values of a repeated field are one list (RFC 9110, section 5.3).
    """
    shown: dict[str, Json] = {}
    for name, value in fields:
        key = name.lower()
        told = HIDDEN if key in secret else value
        shown[key] = f"{shown[key]}, {told}" if key in shown else told
    return shown
