"""Filters that tell documents apart, made of what the documents have."""

from collections.abc import Sequence

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object


def telling_filter(documents: Sequence[JsonObject]) -> str | None:
    """Return a filter that some documents satisfy and some do not; `None` where none is found."""
    for name in as_object(documents[0].get("metadata")) if documents else ():
        values = [as_object(document.get("metadata")).get(name) for document in documents]
        numbers = {value for value in values if type(value) is int}
        if len(numbers) > 1 and name.isidentifier():
            return f"metadata.{name} > {min(numbers)}"
    return None
