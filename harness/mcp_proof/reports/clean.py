"""Make texts fit to leave the process: without secrets, and of characters that can be written."""

import re
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.mask import Mask

_LONE: Final = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs: names of files may hold them, and UTF-8 cannot."""


def clean_text(text: str, mask: Mask) -> str:
    """Return `text` without secrets, and as UTF-8 can hold it."""
    return _LONE.sub("\ufffd", mask(text))


def clean(value: Json, mask: Mask) -> Json:
    """Return a JSON value whose texts are clean; its members' names are our own."""
    if isinstance(value, str):
        return clean_text(value, mask)
    if isinstance(value, list):
        return [clean(item, mask) for item in value]
    if isinstance(value, dict):
        return {name: clean(item, mask) for name, item in value.items()}
    return value
