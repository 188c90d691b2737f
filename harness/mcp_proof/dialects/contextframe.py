"""ContextFrame: JSON-RPC at `/mcp/v1/jsonrpc`, whose results are bare objects."""

from importlib.metadata import version
from typing import Final

from mcp_proof.dialects.json_rpc import JsonRpcOverHttp
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

HEALTH: Final = "/health"
NOTHING: Final[JsonObject] = {}
PROTOCOL: Final = "0.1.0"
INITIALIZE: Final[JsonObject] = {
    "protocolVersion": PROTOCOL,
    "clientInfo": {"name": "mcp-proof", "version": version("mcp-proof")},
    "capabilities": {},
}


class ContextFrameServer(JsonRpcOverHttp):
    """A server that speaks ContextFrame."""

    dialect = Dialect.CONTEXTFRAME
    ENDPOINT = "/mcp/v1/jsonrpc"
    ENDPOINTS = (ENDPOINT,)

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self._introduced: JsonObject = NOTHING
        """What the server said of itself."""

    async def open(self) -> None:
        """Connect, and be introduced."""
        await super().open()
        answer = await self.rpc("initialize", INITIALIZE)
        self._introduced = as_object(answer.result)
        self.info = as_object(self._introduced.get("serverInfo"))

    async def recognized(self) -> bool:
        """Whether the server was introduced at the endpoint of this dialect."""
        return bool(self._introduced)

    async def survey(self) -> None:
        """List the tools, call those that may be called, look at the health."""
        await super().survey()
        await self.request("GET", HEALTH)
