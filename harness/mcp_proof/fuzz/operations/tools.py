"""Tools, of whatever dialect."""

from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.tool_server import ListedTool, ToolServer
from mcp_proof_contracts.wire import as_object


async def listed(server: ToolServer) -> list[Operation]:
    """Return the listed tools."""
    return [_operation(server, tool) for tool in await server.list_tools()]


def _operation(server: ToolServer, tool: ListedTool) -> Operation:
    annotations = as_object(tool.listed.get("annotations"))
    return Operation(
        kind=OperationKind.TOOL,
        name=tool.name,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        listed=tool.listed,
        permitted=server.may_call(tool),
        read_only=tool.is_read_only,
        idempotent=annotations.get("idempotentHint") is True,
    )
