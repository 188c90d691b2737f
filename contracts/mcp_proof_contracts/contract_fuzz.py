"""The contract file's `fuzz`: what a user gives to fuzz a server with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcp_proof_contracts.json_value import JsonArray, JsonObject
from mcp_proof_contracts.wire import as_list, as_object


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzedTool:
    """What is said of one tool."""

    examples: tuple[JsonObject, ...] = ()
    """Whole arguments."""
    dictionary: JsonArray = ()
    """Values for this tool alone."""
    skip: bool = False
    read_only: bool = False
    """Whether a call changes nothing, though the tool does not say so itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzContract:
    """What is said of all tools, and of some."""

    dictionary: JsonArray = ()
    """Values that are tried wherever they fit."""
    tools: Mapping[str, FuzzedTool] = field(default_factory=dict[str, FuzzedTool])
    """By name; the contract need not describe them."""


def read_fuzz(value: JsonObject) -> FuzzContract:
    """Read a document that is valid by `contract_schema/fuzz.json`."""
    return FuzzContract(
        dictionary=tuple(as_list(value.get("dictionary"))),
        tools={
            name: _tool(as_object(tool)) for name, tool in as_object(value.get("tools")).items()
        },
    )


def _tool(value: JsonObject) -> FuzzedTool:
    return FuzzedTool(
        examples=tuple(as_object(each) for each in as_list(value.get("examples"))),
        dictionary=tuple(as_list(value.get("dictionary"))),
        skip=value.get("skip") is True,
        read_only=value.get("read_only") is True,
    )
