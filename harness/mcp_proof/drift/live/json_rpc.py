"""The dialects whose requests are those of JSON-RPC."""

from mcp_proof.dialects.json_rpc import JsonRpcServer
from mcp_proof.drift.answer import Answer, of_message, silence
from mcp_proof.drift.live.live import Live
from mcp_proof.drift.recorded import Request


class LiveJsonRpc(Live):
    """A server that speaks JSON-RPC in a dialect of its own."""

    def __init__(self, server: JsonRpcServer) -> None:
        self.server = self._rpc = server

    async def ask(self, request: Request) -> Answer:
        """Send a request under a new id."""
        came = await self._rpc.rpc(request.method, request.params or None)
        if came.message is not None:
            return of_message(came.message)
        if came.status is not None:
            return Answer(outcome=f"HTTP {came.status}", told=came.why)
        return silence(came.why)
