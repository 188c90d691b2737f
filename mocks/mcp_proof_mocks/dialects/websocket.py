"""JSON-RPC over one WebSocket at `/ws`: each frame is a message, answers come in any order.

`GET /mcp/stream` tells of what is executed.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Literal, Protocol

from mcp_proof_contracts.dialects.event_stream import STREAM
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_object, encode, parse
from mcp_proof_mocks.caller import Caller
from mcp_proof_mocks.dialects.event_stream import follow
from mcp_proof_mocks.dialects.json_rpc import Client, JsonRpc
from mcp_proof_mocks.dialects.routes import JsonRoutes
from mcp_proof_mocks.faults.message.crossed_answers import CrossedAnswers
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.journal.frames import RecordedFrames
from mcp_proof_mocks.message_fault import Answering
from mcp_proof_mocks.server import MockServer

SOCKET: Final = "/ws"
UPGRADE: Final[Mapping[str, str]] = {"Upgrade": "websocket", "Connection": "Upgrade"}
UNACCEPTABLE: Final = 1003
"""Closes on data of a kind that the endpoint does not take (RFC 6455, section 7.4.1)."""
BROKEN: Final = 1011
"""Closes on what the server did not foresee."""
TOGETHER: Final = 0.2
"""Seconds for which a mock that crosses answers waits for another one to cross."""


MANY: Final = 100
"""Messages of one client that are worked for at once."""


class Socket(Protocol):
    """An open WebSocket, as a conversation sees it."""

    def listen(self, *, on: bool) -> None:
        """Read what the client sends, or let it wait."""
        ...

    def write(self, data: bytes, *, binary: bool = False) -> None:
        """Send a message of one frame."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Begin the closing handshake."""
        ...


class WebSocketRoutes(JsonRoutes):
    """Answers the HTTP requests of one mock server: handshakes, and its event stream."""

    path = SOCKET
    scheme: Literal["http", "ws"] = "ws"

    def __init__(self, server: MockServer, access: Access) -> None:
        super().__init__(server, access)
        self._rpc = _rpc(server)

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Begin a conversation where a WebSocket is asked for."""
        path = request.path.partition("?")[0]
        if path == STREAM and request.method == "GET" and request.handshake is None:
            await follow(self.server, request, responder)
        elif path != SOCKET:
            self.refuse_path(request, responder)
        elif request.handshake is None:
            detail: Json = {"detail": "This is a WebSocket: a request must offer to upgrade"}
            self.respond(request, responder, HTTPStatus.UPGRADE_REQUIRED, detail, UPGRADE)
        else:
            conversation = SocketConversation(self.server, self._rpc, self.caller(request))
            response = request.handshake(request, conversation)
            responder.respond(self.server.faults.responded(request, response))


def _rpc(server: MockServer) -> JsonRpc:
    if server.playback is None:
        return JsonRpc(server)
    from mcp_proof_mocks.replay.played_rpc import PlayedRpc  # noqa: PLC0415  # seldom

    return PlayedRpc(server, server.playback)


class SocketConversation:
    """One client's conversation, whatever carries the frames; each is answered when it can be."""

    def __init__(self, server: MockServer, rpc: JsonRpc, caller: Caller) -> None:
        self.server = server
        self._rpc = rpc
        self._client = Client(caller=caller, send=self._send)
        self._recorded = RecordedFrames(server.journal)
        self._socket: Socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: deque[bytes] = deque()
        """What had come already when the socket was told to let the client wait."""
        self._turn = asyncio.Lock()
        self._crossing = CrossedAnswers(seconds=TOGETHER)

    def begin(self, socket: Socket) -> None:
        """Answer over this socket."""
        self._socket = socket

    def take(self, data: bytes, *, binary: bool) -> None:
        """Answer one message, as soon as there is room."""
        self._recorded.heard(data, binary=binary)
        if not binary:
            self._waiting.append(data)
            self._go_on()
        elif self.server.keeps("websocket-binary-refused"):
            self._close(UNACCEPTABLE, "messages are text frames")

    def closed(self, sender: Sender, code: int, reason: str) -> None:
        """Give up what is under way: nobody listens any more."""
        if self._socket is None:
            return
        self._socket = None
        self._recorded.closed(sender, code, reason)
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    def _go_on(self) -> None:
        while self._waiting and len(self._tasks) < MANY:
            task = asyncio.create_task(self._answer(self._waiting.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._answered)
        if self._socket is not None:
            self._socket.listen(on=len(self._tasks) < MANY)

    def _answered(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._go_on()

    async def _answer(self, raw: bytes) -> None:
        if not self.server.keeps("websocket-slow-call-holds-up-none"):
            async with self._turn:
                await self._reply(raw)
        else:
            await self._reply(raw)

    async def _reply(self, raw: bytes) -> None:
        message = parse(raw)
        if message.fault and not self.server.keeps("websocket-survives-malformed"):
            self._close(BROKEN, "")
            return
        for value in await self._rpc.answered(raw, self._client):
            if self.server.keeps("websocket-answers-not-crossed"):
                self._send(value)
                continue
            answering = Answering(
                as_object(message.value), as_object(value), self.server.faults.waits
            )
            for crossed in await self._crossing.replies(answering):
                self._send(crossed)

    def _send(self, value: Json) -> None:
        self._write(self.server.faults.written(encode(value)))
        if not self.server.keeps("websocket-frames-hold-json"):
            self._write(b"done")

    def _write(self, data: bytes) -> None:
        if self._socket is not None:
            binary = not self.server.keeps("websocket-frames-are-text")
            self._recorded.said(data, binary=binary)
            self._socket.write(data, binary=binary)

    def _close(self, code: int, reason: str) -> None:
        if self._socket is not None:
            self._socket.close(code, reason)
