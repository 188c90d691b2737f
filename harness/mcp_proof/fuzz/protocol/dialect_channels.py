"""Cases to servers of the dialects besides MCP."""

from mcp_proof.dialects.gateway import GatewayServer
from mcp_proof.dialects.json_rpc import JsonRpcOverHttp
from mcp_proof.dialects.over_http import JSON, HttpToolServer
from mcp_proof.dialects.queue import QueueServer
from mcp_proof.fuzz.protocol.case import ProtocolStep
from mcp_proof.fuzz.protocol.channel import REFUSALS, Channel, exchange
from mcp_proof.fuzz.protocol.observation import PROBE, Control
from mcp_proof.fuzz.protocol.sent import SentCase
from mcp_proof.tool_server import UNKNOWN_TOOL
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.queue import response_key
from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.wire import parse


class HttpChannel(Channel):
    """Plain HTTP: every request stands alone."""

    over_http = True
    sessions_end = False

    def __init__(self, server: HttpToolServer) -> None:
        super().__init__(server.recorder, server.timeout)
        self._server = server

    @property
    def session(self) -> str:
        """The name of the connection."""
        return self._server.connection.name

    @property
    def alive(self) -> bool:
        """Whether the connection is open on our side."""
        return self._server.connection.alive

    async def send(self, step: ProtocolStep, _sent: SentCase, /) -> None:
        """Send a step and wait for its response."""
        server = self._server
        endpoint = server.endpoint if isinstance(server, JsonRpcOverHttp) else ""
        url = server.base + (step.path or endpoint)
        await exchange(server.connection, step, url, JSON, self.timeout)

    async def ask(self) -> Control:
        """Ask for the tools, or what else every server of the dialect tells."""
        server = self._server
        if isinstance(server, JsonRpcOverHttp):
            answer = await server.rpc("tools/list", {})
            if answer.message is not None and answer.failure is None:
                return Control.ANSWERED
            return _told(answer.status)
        path = SERVERS if isinstance(server, GatewayServer) else DISCOVER
        return _told((await server.request("GET", path)).status)


def _told(status: int | None) -> Control:
    if status is None:
        return Control.GONE
    return Control.REFUSED if status in REFUSALS else Control.ANSWERED


class QueueChannel(Channel):
    """A list of Redis: what is pushed there is taken by whoever serves."""

    sessions_end = False

    def __init__(self, server: QueueServer) -> None:
        super().__init__(server.recorder, server.timeout)
        self._server = server
        self._expected: list[str] = []

    @property
    def session(self) -> str:
        """The name of the connection."""
        return self._server.connection.name

    @property
    def alive(self) -> bool:
        """Whether the Redis is connected."""
        return self._server.connection.alive

    async def send(self, step: ProtocolStep, _sent: SentCase, /) -> None:
        """Push a step; an answer that it gets all the same is ours to remove."""
        request_id = parse(step.raw).id
        if isinstance(request_id, str):
            self._server.expect(request_id)
            self._expected.append(request_id)
        await self._server.push(step.raw)

    async def ask(self) -> Control:
        """Ask for a tool that there is not, behind what was pushed; then read what answers that."""
        answer = await self._server.ask({"tool": UNKNOWN_TOOL, "arguments": {}})
        for request_id in self._expected:
            await self._server.connection.take(response_key(request_id), PROBE)
        self._expected.clear()
        return Control.SILENT if answer is None else Control.ANSWERED
