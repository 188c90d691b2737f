"""Cases on a WebSocket, each in a text frame."""

from mcp_proof.dialects.socket_client import SocketClient
from mcp_proof.dialects.websocket import WebSocketServer
from mcp_proof.fuzz.protocol.case import ProtocolStep
from mcp_proof.fuzz.protocol.channel import Channel
from mcp_proof.fuzz.protocol.observation import Control
from mcp_proof.fuzz.protocol.sent import SentCase
from mcp_proof.recorder import current_probe


class SocketChannel(Channel):
    """A socket of its own."""

    def __init__(self, server: WebSocketServer, client: SocketClient) -> None:
        super().__init__(server.recorder, server.timeout)
        self._client = client

    @classmethod
    async def opened(cls, server: WebSocketServer) -> "SocketChannel":
        """Return a channel on a fresh socket.

        Raises:
            PeerError: nothing accepts WebSockets any more.
        """
        fresh = server.fresh()
        channel = cls(server, await fresh.__aenter__())
        channel.stack.push_async_exit(fresh)
        return channel

    @property
    def session(self) -> str:
        """The name of the connection."""
        return self._client.connection.name

    @property
    def alive(self) -> bool:
        """Whether the socket is open, and the server answers on it."""
        return self._client.alive

    @property
    def ended(self) -> bool:
        """Whether the socket is closed."""
        return not self._client.connection.alive

    async def send(self, step: ProtocolStep, sent: SentCase, /) -> None:
        """Send a step as one text frame; wait where an answer is due."""
        if sent.due:
            await self._client.ask([step.raw])
        else:
            await self._client.connection.send_frames([step.raw], probe=current_probe.get())

    async def ask(self) -> Control:
        """Ask for the tools."""
        if await self._client.control():
            return Control.ANSWERED
        return Control.SILENT if self._client.connection.alive else Control.GONE
