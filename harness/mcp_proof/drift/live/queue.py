"""Queues in Redis: a call is an entry of a list."""

from mcp_proof.drift.answer import RESULT, Answer, silence
from mcp_proof.drift.live.live import Live
from mcp_proof.drift.recorded import Request
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialects.queue import TOOLS
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object


class LiveQueue(Live):
    """A server that takes calls from a list."""

    def __init__(self, server: ToolServer) -> None:
        self.server = server

    async def ask(self, request: Request) -> Answer:
        """Ask for a call, and read what it came to; or look at the list of tools."""
        if request.method == TOOLS:
            tools: list[Json] = [dict(tool.listed) for tool in await self.server.list_tools()]
            return Answer(outcome=RESULT, value={"tools": tools})
        arguments = as_object(request.params.get("arguments"))
        came = await self.server.call(str(request.params.get("tool")), arguments)
        if came.failure is None:
            return Answer(outcome=RESULT, value=came.value)
        if not came.failure.answered:
            return silence(came.failure.text)
        return Answer(outcome="a failure", told=came.failure.text)
