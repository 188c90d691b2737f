"""A server behind a gateway that the gateway's own contract has: it is in this process."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.dialects.json_rpc import ARGUMENTS_DUTY
from mcp_proof_mocks.dialects.run_tool import run_tool
from mcp_proof_mocks.registered.registered import listed_tool
from mcp_proof_mocks.server import MockServer


class Contracted:
    """One mock behind another."""

    def __init__(self, server: MockServer) -> None:
        self._server = server

    async def tools(self) -> list[JsonObject]:
        """Return the tools that are offered."""
        offered = (tool.tool for tool in self._server.tools.values() if tool.offered)
        return [listed_tool(tool.listed) for tool in offered]

    async def call(self, tool: str, params: JsonObject) -> Json:
        """Run the tool's script.

        Raises:
            ToolFailedError: there is no such tool, or it failed.
        """
        return await run_tool(self._server, tool, params, duty=ARGUMENTS_DUTY)
