"""JSON Web Tokens, looked at and forged without their key."""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, encode, parse

PARTS: Final = 3
NO_ALGORITHM: Final = {"alg": "none", "typ": "JWT"}


def claims_of(token: str) -> JsonObject:
    """Return what a token says; nothing where it is no JSON Web Token."""
    parts = token.split(".")
    if len(parts) != PARTS:
        return {}
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except (binascii.Error, ValueError):
        return {}
    return as_object(parse(payload).value)


def forgeries(token: str) -> Iterator[tuple[str, str]]:
    """Yield tokens that must not be accepted in place of one that is, each with what it is."""
    beginning, dot, end = token.rpartition(".")
    if end:
        yield "an altered signature" if dot else "an altered token", beginning + dot + _altered(end)
    if claims_of(token):
        header = base64.urlsafe_b64encode(encode(NO_ALGORITHM)).decode().rstrip("=")
        yield "no algorithm", f"{header}.{token.split('.')[1]}."


def _altered(text: str) -> str:
    """Change a character in the middle: the last one may hold bits that count for nothing."""
    middle = len(text) // 2
    return f"{text[:middle]}{'A' if text[middle] != 'A' else 'B'}{text[middle + 1 :]}"
