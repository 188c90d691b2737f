"""Filters that tell documents apart, made of what the documents have."""

import re
from collections.abc import Sequence
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

WORD: Final = re.compile(r"[^\W\d]\w*")
"""The name of a member that filters can compare."""


def telling_filter(documents: Sequence[JsonObject]) -> str | None:
    """Return a filter that some documents satisfy and some do not; `None` where none is found."""
    for name in as_object(documents[0].get("metadata")) if documents else ():
        values = [as_object(document.get("metadata")).get(name) for document in documents]
        numbers = {value for value in values if type(value) is int}
        if len(numbers) > 1 and WORD.fullmatch(name):
            return f"metadata.{name} > {min(numbers)}"
    return None
