"""The mock's end of a WebSocket on asyncio; the framing is that of the library websockets."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.dialects.websocket import SocketConversation
from mcp_proof_mocks.http.connections import Connections
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.http.protocol import MAX_UNREAD
from mcp_proof_mocks.http.request_reader import MAX_BODY
from mcp_proof_mocks.missing_extra import MissingExtraError

try:
    from websockets.datastructures import Headers
    from websockets.frames import CloseCode, Frame, Opcode
    from websockets.http11 import Request
    from websockets.protocol import OPEN, Protocol, Side
    from websockets.server import ServerProtocol
except ModuleNotFoundError as error:  # pragma: no cover  # the extra is installed where tests run
    raise MissingExtraError(
        f"a mock that speaks over WebSockets needs {error.name}, which is not installed: "
        "pip install 'mcp-proof[websocket]'"
    ) from error

SWITCHING: Final = 101


def handshake(request: HttpRequest, conversation: SocketConversation) -> HttpResponse:
    """Return the response to a request for a WebSocket, or what is wrong with the request."""
    asked = Request(request.path, Headers(request.fields), request.method)
    answer = ServerProtocol().accept(asked)
    headers = {n: v for n, v in answer.headers.raw_items() if n.lower() != "content-length"}
    if answer.status_code != SWITCHING:
        return HttpResponse(status=answer.status_code, headers=headers, body=bytes(answer.body))
    return HttpResponse(
        status=SWITCHING, headers=headers, successor=WebSocketConnection(conversation)
    )


class WebSocketConnection(asyncio.Protocol):
    """One connection, from the end of its handshake on."""

    idle = False
    """A WebSocket on which nothing is said is kept."""

    def __init__(self, conversation: SocketConversation) -> None:
        self._conversation = conversation
        self._keeps = conversation.server.keeps
        self._frames = _Frames(self._keeps, self._cut)
        self.begun: float | None = None
        """Since when the client's half of the closing handshake is waited for."""
        self._parts: list[bytes] = []
        """The fragments of the message that is arriving."""
        self._binary = False
        self.active = time.monotonic()

    def take_over(
        self, transport: asyncio.Transport, connections: Connections, beyond: bytes
    ) -> None:
        """Speak on a connection after its handshake."""
        self._transport = transport
        self._connections = connections
        transport.set_protocol(self)
        connections.add(self)
        transport.resume_reading()
        self._conversation.begin(self)
        if beyond:
            self.data_received(beyond)

    # Called by asyncio

    def data_received(self, data: bytes) -> None:
        """Take the messages that are complete."""
        self.active = time.monotonic()
        self._frames.receive_data(data)
        for event in self._frames.events_received():
            if isinstance(event, Frame):
                self._take(event)
        self._flush()

    def eof_received(self) -> None:
        """End on a client that has ended without the closing handshake."""
        self._frames.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Give up what is under way."""
        self._connections.discard(self)
        by_us = self._frames.close_sent is not None and not self._frames.close_rcvd_then_sent
        sender = Sender.SERVER if by_us else Sender.CLIENT
        close = self._frames.close_sent if by_us else self._frames.close_rcvd
        code = close.code if close is not None else CloseCode.ABNORMAL_CLOSURE
        self._conversation.closed(sender, int(code), close.reason if close is not None else "")

    # Called by whoever watches over the connections

    def give_up(self) -> None:
        """Cut off a client that does not close its half."""
        self._cut()

    def abort(self) -> None:
        """Say that the server goes away, and cut the connection."""
        self.close(CloseCode.GOING_AWAY, "")
        self._transport.abort()

    # Called by the conversation

    def listen(self, *, on: bool) -> None:
        """Read what the client sends, or let it wait."""
        (self._transport.resume_reading if on else self._transport.pause_reading)()

    def write(self, data: bytes, *, binary: bool = False) -> None:
        """Send a message of one frame."""
        if self._frames.state is not OPEN:
            return
        (self._frames.send_binary if binary else self._frames.send_text)(data)
        self._flush()

    def close(self, code: int, reason: str) -> None:
        """Begin the closing handshake."""
        if self._frames.state is OPEN:
            self.begun = time.monotonic()
            self._frames.send_close(code, reason)
            self._flush()

    def _cut(self) -> None:
        self._transport.abort()

    def _take(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return
        if frame.opcode is not Opcode.CONT:
            self._binary = frame.opcode is Opcode.BINARY
        self._parts.append(bytes(frame.data))
        if not frame.fin and self._keeps("websocket-fragments-joined"):
            return
        data, self._parts = b"".join(self._parts), []
        if self._binary or _is_utf8(data):
            self._conversation.take(data, binary=self._binary)
        else:
            self._frames.fail(CloseCode.INVALID_DATA, "a text frame that is no UTF-8")

    def _flush(self) -> None:
        """Write what the protocol has to say; the end of it ends the connection."""
        if self._transport.get_write_buffer_size() > MAX_UNREAD:
            self._transport.abort()
            return
        for data in self._frames.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()


class _Frames(Protocol):
    """The protocol without I/O: it answers pings and closes, unless a fault is on."""

    def __init__(self, keeps: Callable[[str], bool], cut: Callable[[], None]) -> None:
        super().__init__(Side.SERVER, max_size=MAX_BODY)
        self._keeps = keeps
        self._cut = cut

    def recv_frame(self, frame: Frame) -> None:
        """Process a frame."""
        if frame.opcode is Opcode.PING and not self._keeps("websocket-ping-answered"):
            return
        if frame.opcode is Opcode.CLOSE and not self._keeps("websocket-close-answered"):
            self._cut()
            return
        super().recv_frame(frame)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
