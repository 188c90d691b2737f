"""The contract file's `load`: how often each tool is called when a server is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_integer, as_object


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadContract:
    """What is said of some tools."""

    weights: Mapping[str, int] = field(default_factory=dict[str, int])
    """By name; the contract need not describe them."""


def read_load(value: JsonObject) -> LoadContract:
    """Read a document that is valid by `contract_schema/load.json`."""
    tools = as_object(value.get("tools"))
    return LoadContract(
        weights={name: as_integer(as_object(tool).get("weight", 1)) for name, tool in tools.items()}
    )
