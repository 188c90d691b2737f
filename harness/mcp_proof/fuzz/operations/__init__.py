"""The operations of a server, by kind: how they are found, and how one is called."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.fuzz.operations import completions, methods, prompts, templates, tools
from mcp_proof.tool_server import CallOutcome, ToolServer
from mcp_proof_contracts.json_value import JsonObject

METHODS: Final[Mapping[OperationKind, str]] = {
    OperationKind.TOOL: "tools/call",
    OperationKind.TEMPLATE: "resources/read",
    OperationKind.PROMPT: "prompts/get",
    OperationKind.COMPLETION: "completion/complete",
}
"""What calls an operation of MCP."""


async def operations_of(server: ToolServer) -> list[Operation]:
    """Return all that can be fuzzed; besides tools only MCP has anything."""
    found = await tools.listed(server)
    if isinstance(server, Driver):
        found += await templates.listed(server)
        found += await prompts.listed(server)
        found += await completions.listed(server)
    return found


async def methods_of(server: ToolServer) -> list[Operation]:
    """Return the requests of the protocol that take what answers hold, where it is MCP."""
    return await methods.listed(server) if isinstance(server, Driver) else []


async def call(server: ToolServer, operation: Operation, arguments: JsonObject) -> CallOutcome:
    """Call an operation and read what came back.

    Raises:
        PeerError: the server cannot be brought back.
    """
    if operation.kind is OperationKind.TOOL:
        return await server.call(operation.name, arguments)
    assert isinstance(server, Driver), "only MCP has anything besides tools"
    match operation.kind:
        case OperationKind.TEMPLATE:
            return await templates.read(server, operation.name, arguments)
        case OperationKind.PROMPT:
            return await prompts.get(server, operation.name, arguments)
        case OperationKind.METHOD:
            return await methods.request(server, operation.name, arguments)
        case _:
            return await completions.complete(server, operation.name, arguments)
