from typing import Final

from mcp_proof_contracts.json_value import JsonObject

MOST: Final = 10_000
"""Of characters, items or members: what asks for more is not made."""


def count(schema: JsonObject, keyword: str, default: int) -> int:
    """A count that a schema gives, which may be written as 3.0, as far as it is sensible."""
    given = schema.get(keyword)
    return min(int(given), MOST) if isinstance(given, int | float) else default
