"""A WebSocket of the mock under any ASGI server, which does the framing."""

import asyncio
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.asgi_types import AsgiMessage, Receive, Send
from mcp_proof_mocks.dialects.websocket import SocketConversation
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.http.protocol import MAX_UNREAD
from mcp_proof_mocks.http.request_reader import MAX_BODY

DENIAL: Final = "websocket.http.response"
"""The extension of ASGI by which a handshake is refused with a status of one's own."""
TOO_BIG: Final = 1009
"""Closes on a message that is too long to be taken (RFC 6455, section 7.4.1)."""
NO_STATUS: Final = 1005
"""Stands for the code of a socket that was closed without one (RFC 6455, section 7.4.1)."""


async def converse(
    endpoint: HttpEndpoint, scope: AsgiMessage, request: HttpRequest, receive: Receive, send: Send
) -> None:
    """Answer one request for a WebSocket, and what is said on it."""
    await receive()
    begun: list[SocketConversation] = []

    def handshake(_request: HttpRequest, conversation: SocketConversation) -> HttpResponse:
        begun.append(conversation)
        return HttpResponse(status=HTTPStatus.SWITCHING_PROTOCOLS)

    request.handshake = handshake
    answer = _Answer()
    await endpoint(request, answer)
    if begun and answer.response.status == HTTPStatus.SWITCHING_PROTOCOLS:
        await send({"type": "websocket.accept"})
        await _Socket(begun[0]).serve(receive, send)
    else:
        await _deny(scope, answer.response, send)


async def _deny(scope: AsgiMessage, response: HttpResponse, send: Send) -> None:
    if DENIAL not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    headers = [(k.lower().encode(), v.encode("latin-1")) for k, v in response.headers.items()]
    await send({"type": f"{DENIAL}.start", "status": response.status, "headers": headers})
    await send({"type": f"{DENIAL}.body", "body": response.body})


class _Answer:
    """Takes the response to a handshake."""

    def __init__(self) -> None:
        self.response = HttpResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)

    def respond(self, response: HttpResponse) -> None:
        self.response = response

    def write(self, data: bytes) -> None:
        """Nothing follows the response."""

    def end(self) -> None:
        """Nothing follows the response."""

    def abort(self) -> None:
        """The response stays what it is."""

    async def ended(self) -> None:
        """Nothing follows the response."""


class _Socket:
    """Carries what one conversation says, in its order."""

    def __init__(self, conversation: SocketConversation) -> None:
        self._conversation = conversation
        self._said: asyncio.Queue[tuple[AsgiMessage, int]] = asyncio.Queue()
        """Each with how long it is."""
        self._unread = 0
        """How long all that is said and was not sent yet is."""
        self._listens = asyncio.Event()
        self._listens.set()
        self._saying: asyncio.Task[None] | None = None
        self._close: tuple[int, str] | None = None
        """How the mock closes."""

    def listen(self, *, on: bool) -> None:
        """Take what the client sends, or let it wait."""
        (self._listens.set if on else self._listens.clear)()

    def write(self, data: bytes, *, binary: bool = False) -> None:
        """Send a message of one frame."""
        if self._unread > MAX_UNREAD:
            self._cut()
            return
        held: AsgiMessage = {"bytes": data} if binary else {"text": data.decode(errors="replace")}
        self._unread += len(data)
        self._said.put_nowait(({"type": "websocket.send", **held}, len(data)))

    def close(self, code: int, reason: str) -> None:
        """Begin the closing handshake."""
        self._close = code, reason
        message = {"type": "websocket.close", "code": code, "reason": reason}
        self._said.put_nowait((message, 0))

    async def serve(self, receive: Receive, send: Send) -> None:
        """Answer until either side closes."""
        self._conversation.begin(self)
        self._saying = saying = asyncio.create_task(self._say(send))
        listening = asyncio.create_task(self._listen(receive))
        try:
            await asyncio.wait({saying, listening}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (saying, listening):
                task.cancel()
            ends = await asyncio.gather(saying, listening, return_exceptions=True)
            theirs = ends[1] if isinstance(ends[1], tuple) else (NO_STATUS, "")
            sender = Sender.CLIENT if self._close is None else Sender.SERVER
            self._conversation.closed(sender, *(self._close or theirs))

    def _cut(self) -> None:
        """Leave a client that does not read: an ASGI server ends the connection then."""
        if self._saying is not None:
            self._saying.cancel()

    async def _say(self, send: Send) -> None:
        while True:
            message, length = await self._said.get()
            await send(message)
            self._unread -= length
            if message["type"] == "websocket.close":
                return

    async def _listen(self, receive: Receive) -> tuple[int, str]:
        """Return the code and the reason with which the client closed."""
        while (message := await receive())["type"] != "websocket.disconnect":
            binary = message.get("text") is None
            data = message["bytes"] if binary else message["text"].encode()
            if len(data) > MAX_BODY:
                self.close(TOO_BIG, "")
            else:
                self._conversation.take(data, binary=binary)
            await self._listens.wait()
        return message.get("code", NO_STATUS), message.get("reason") or ""
