"""Cases to servers of the dialects besides MCP."""

from mcp_proof.dialects.gateway import GatewayServer
from mcp_proof.dialects.json_rpc import JsonRpcOverHttp
from mcp_proof.dialects.over_http import JSON, HttpToolServer
from mcp_proof.dialects.queue import QueueServer
from mcp_proof.fuzz.protocol.case import ProtocolStep
from mcp_proof.fuzz.protocol.channel import REFUSALS, Channel, exchange
from mcp_proof.fuzz.protocol.messages import NOBODYS_CALL
from mcp_proof.fuzz.protocol.observation import PROBE, Control
from mcp_proof.fuzz.protocol.sent import SentCase
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.queue import response_key
from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.transcript import EventKind
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
        begin = len(self.recorder.transcript.events)
        status, good = await self._good_request()
        if status is not None:
            return Control.ANSWERED if good else Control.REFUSED
        since = self.recorder.transcript.events[begin:]
        silent = any(event.kind is EventKind.SILENCE for event in since)
        return Control.SILENT if silent else Control.GONE

    async def _good_request(self) -> tuple[int | None, bool]:
        """Return the status, and whether it was served."""
        server = self._server
        if isinstance(server, JsonRpcOverHttp):
            answer = await server.rpc("tools/list", {})
            return answer.status, answer.failure is None
        path = SERVERS if isinstance(server, GatewayServer) else DISCOVER
        status = (await server.request("GET", path)).status
        return status, status not in REFUSALS


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
        """Call a tool behind what was pushed; then read what answers that."""
        name, arguments = next(iter(self._server.good_calls()), NOBODYS_CALL)
        answer = await self._server.ask({"tool": name, "arguments": arguments})
        for request_id in self._expected:
            await self._server.connection.take(response_key(request_id), PROBE)
        self._expected.clear()
        return Control.SILENT if answer is None else Control.ANSWERED
