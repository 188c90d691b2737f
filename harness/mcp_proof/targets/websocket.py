"""A server behind a WebSocket."""

from dataclasses import dataclass
from typing import ClassVar

from mcp_proof.recorder import Recorder
from mcp_proof.targets.url import UrlTarget
from mcp_proof.transports.connection import Connection
from mcp_proof_contracts.rule import TransportName


@dataclass(frozen=True, slots=True, repr=False)
class WebSocketTarget(UrlTarget):
    """A server reached over WebSockets, by a ws or wss URL."""

    transport: TransportName = "websocket"
    schemes: ClassVar[tuple[str, str]] = ("ws", "wss")
    example: ClassVar[str] = "ws://localhost:3001/ws"

    def connect(self, name: str, recorder: Recorder, timeout: float, /) -> Connection:
        """Return a WebSocket to the URL.

        Raises:
            UsageError: the extra `websocket` is not installed.
        """
        from mcp_proof.transports.websocket import WebSocketConnection  # noqa: PLC0415  # an extra

        return WebSocketConnection(self.url, self.headers, name, recorder, timeout)
