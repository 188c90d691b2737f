"""Headers as they may be recorded."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.names import names_a_secret
from mcp_proof_contracts.secrets.parameters import shown_query
from mcp_proof_contracts.secrets.values import is_commonplace

SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"}
)
"""Headers, in lower case, whose values never enter a transcript."""
LINKS: Final = frozenset({"content-location", "link", "location", "referer"})
"""Headers, in lower case, that hold URLs, in whose queries secrets travel."""
OF_MCP: Final = "mcp-"
"""What the headers of the protocol begin with: they repeat what messages say."""


@lru_cache(maxsize=1024)
def is_secret_header(name: str) -> bool:
    """Whether the name of a header says that it carries a credential."""
    key = name.lower()
    return key in SECRET_HEADERS or (not key.startswith(OF_MCP) and names_a_secret(key))


def shown_headers(
    fields: Iterable[tuple[str, str]], secret: frozenset[str] = SECRET_HEADERS
) -> dict[str, Json]:
    """Return headers as they may be recorded: lower-case names, secret values hidden.

    The values of a repeated field are one list (RFC 9110, section 5.3).
    """
    shown: dict[str, Json] = {}
    for name, value in fields:
        key = name.lower()
        told = HIDDEN if key in secret else _told(key, value)
        shown[key] = f"{shown[key]}, {told}" if key in shown else told
    return shown


def _told(key: str, value: str) -> str:
    if key in LINKS:
        return shown_query(value)
    return HIDDEN if value and is_secret_header(key) and not is_commonplace(value) else value
