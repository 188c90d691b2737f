"""What every live server offers to the comparison."""

from abc import ABC, abstractmethod

from mcp_proof.drift.answer import Answer
from mcp_proof.drift.recorded import Request
from mcp_proof.tool_server import ListedTool, ToolServer
from mcp_proof_contracts.revision import Revision


class Live(ABC):
    """A server that answers again."""

    server: ToolServer
    why_no_tools: str = ""
    """Why nobody knows the server's tools, once they were asked for; empty where they are known."""

    @property
    def revision(self) -> Revision | None:
        """The revision of MCP that is spoken; `None` in other dialects."""
        spoken = self.server.spoken
        return spoken if isinstance(spoken, Revision) else None

    async def tools(self) -> dict[str, ListedTool]:
        """Return the tools that the server lists now, by name."""
        tools = {tool.name: tool for tool in await self.server.list_tools()}
        self.why_no_tools = "" if tools else "the server lists no tools"
        return tools

    @abstractmethod
    async def ask(self, request: Request) -> Answer:
        """Send a request again.

        Raises:
            PeerError: the server is gone.
        """

    def asked(self) -> set[str]:
        """Return what the server asked of its client since the last look: methods."""
        return set()
