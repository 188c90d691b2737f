"""Times as ISO 8601 writes them."""

import re
from typing import Final

from mcp_proof_contracts.json_value import Json

_YEAR: Final = r"(?:\d{4}|[+-]\d{4,})"
_DAY: Final = (
    r"(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|-?W(?:0[1-9]|[1-4]\d|5[0-3])(?:-?[1-7])?"
    r"|-?(?:[0-2]\d\d|3[0-6]\d))?"
)
_TIME: Final = r"(?:[01]\d|2[0-4])(?::?[0-5]\d(?::?(?:[0-5]\d|60))?)?(?:[.,]\d+)?"
_ZONE: Final = r"(?:[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)"
_FORMS: Final = re.compile(rf"{_YEAR}{_DAY}(?:[Tt ]{_TIME}{_ZONE}?)?", re.ASCII)
"""Calendar, week and ordinal dates, basic or extended, in any precision, with a time or without.

Years may be long, and a space may stand for the `T`, as RFC 3339 allows.
"""


def is_time(value: Json) -> bool:
    """Whether a value is a time, or a date, in any form of the standard."""
    return isinstance(value, str) and _FORMS.fullmatch(value) is not None
