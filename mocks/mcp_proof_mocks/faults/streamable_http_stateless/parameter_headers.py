"""Servers whose tools mirror parameters into headers carelessly."""

from typing import cast

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import fault


def _parameters(document: dict[str, Json]) -> dict[str, Json]:
    """Return the parameters of the contract's tool with an annotated one."""
    tools = cast("list[dict[str, dict[str, Json]]]", document["tools"])
    for tool in tools:
        parameters = cast("dict[str, Json]", tool.get("inputSchema", {}).get("properties", {}))
        if "x-mcp-header" in str(parameters):
            return parameters
    raise LookupError("no tool of the contract has an annotated parameter")


def _same_name_twice(document: dict[str, Json]) -> None:
    _parameters(document)["region"] = {"type": "string", "x-mcp-header": "city"}


def _secret_in_header(document: dict[str, Json]) -> None:
    _parameters(document)["api_key"] = {"type": "string", "x-mcp-header": "Key"}


fault("xmcp-server-annotations-valid", contract=_same_name_twice)
fault("xmcp-server-no-sensitive", contract=_secret_in_header)
