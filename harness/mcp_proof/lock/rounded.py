"""Values of schemas that came with more digits than a number has here."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.wire import as_list, as_object

EXACT: Final = 1 << 64
"""Integers from here on are read as the nearest number in floating point."""


def rounded_values(document: JsonObject) -> Iterator[Problem]:
    """Yield which schemas of tools name values that are not those of the server.

    A bound may be rounded: `maximum: 1.7976931348623157e+308` says no more than it does.
    """
    for number, tool in enumerate(as_list(document.get("tools"))):
        for member in ("inputSchema", "outputSchema"):
            for value in _rounded(as_object(tool).get(member), exact=False):
                message = f"names an integer of more than 64 bits, which is read as {value!r}"
                yield Problem(pointer=json_pointer(["tools", number, member]), message=message)


def _rounded(value: Json, *, exact: bool) -> Iterator[float]:
    if isinstance(value, dict):
        for name, held in value.items():
            yield from _rounded(held, exact=exact or name in ("const", "enum"))
    elif isinstance(value, list):
        for held in value:
            yield from _rounded(held, exact=exact)
    elif exact and isinstance(value, float) and value.is_integer() and abs(value) >= EXACT:
        yield value
