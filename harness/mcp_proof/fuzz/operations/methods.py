"""Requests of MCP that take what other answers hold: a resource's URI, the cursor of a page."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.fuzz.operations.templates import TEXT
from mcp_proof.tool_server import CallOutcome
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.lists import LISTS

READ: Final = "resources/read"
URI: Final[JsonObject] = {"type": "string", "format": "uri"}
OF_URI: Final[JsonObject] = {"type": "object", "properties": {"uri": URI}, "required": ["uri"]}
OF_CURSOR: Final[JsonObject] = {"type": "object", "properties": {"cursor": TEXT}}


async def listed(server: Driver) -> list[Operation]:
    """Return the reading of resources and the lists, as far as the server declares them."""
    declared = (await server.session()).capabilities
    found = [
        _operation(method, OF_CURSOR) for capability, method, _ in LISTS if capability in declared
    ]
    return [*found, _operation(READ, OF_URI)] if "resources" in declared else found


def _operation(method: str, schema: JsonObject) -> Operation:
    return Operation(
        kind=OperationKind.METHOD,
        name=method,
        input_schema=schema,
        permitted=True,
        read_only=True,
    )


async def request(server: Driver, method: str, params: JsonObject) -> CallOutcome:
    """Send the request; its value is the result."""
    return await server.ask(method, params)
