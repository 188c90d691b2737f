"""The contract file's `completions` of a prompt or a template."""

from collections.abc import Mapping
from typing import TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object

Completed: TypeAlias = tuple[str, ...] | JsonObject
"""The values for one argument, or the refusal with which it is answered."""
Completions: TypeAlias = Mapping[str, Completed]


def read_completions(item: JsonObject) -> Completions:
    """Read those of an item that is valid by the contract's schema."""
    given = as_object(item.get("completions")).items()
    return {
        name: as_object(value) if isinstance(value, Mapping) else tuple(map(str, as_list(value)))
        for name, value in given
    }
