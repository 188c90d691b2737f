"""One HTTP/1.1 connection on asyncio: its requests are answered one after the other."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, TypeAlias, cast

from mcp_proof_mocks import eager
from mcp_proof_mocks.http.connections import Connections
from mcp_proof_mocks.http.messages import (
    Handshake,
    HttpRequest,
    HttpResponse,
    Responder,
    Successor,
)
from mcp_proof_mocks.http.request_reader import RequestReader
from mcp_proof_mocks.http.turn import Turn
from mcp_proof_mocks.internal_error import report

MAX_WAITING: Final = 64
"""Requests that are read ahead of the one being answered."""
MAX_UNREAD: Final = 16 * 1024 * 1024
"""Bytes of a stream, or of a WebSocket, that a client may leave unread before it is cut off."""
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

Application: TypeAlias = Callable[[HttpRequest, Responder], Coroutine[Any, None, None]]


class HttpProtocol(asyncio.BufferedProtocol):
    """One TCP connection."""

    def __init__(
        self,
        application: Application,
        connections: Connections,
        handshake: "Handshake | None" = None,
    ) -> None:
        self._application = application
        self._handshake = handshake
        self._connections = connections
        self._turn = connections.turn
        self._waiting: deque[HttpRequest] = deque()
        self._current: TcpResponder | None = None
        """The response that is being written."""
        self._choked = False
        """Whether the client does not read what it gets."""
        self._leaving = False
        """Whether the last response on this connection was written."""
        self.active = time.monotonic()
        """When something arrived last."""
        self.begun: float | None = None
        """When the request began to arrive of which a part is still missing."""

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        return self._current is None

    # Called by asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve the connection."""
        self._transport = cast("asyncio.Transport", transport)
        # Nothing is known of a client that has gone by now.
        address = transport.get_extra_info("peername") or [""]
        self._reader = RequestReader(str(address[0]), self._handshake)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Give up the request under way, unless it outlives its client, and those that wait."""
        self._connections.discard(self)
        self._waiting.clear()
        if self._current is not None:
            self._current.give_up()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # asyncio's signature
        """Take what arrives where all connections take it: it is copied at once."""
        return self._turn.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Answer in this turn of the loop."""
        self._turn.arrived(self._received, bytes(self._turn.buffer[:nbytes]))

    def _received(self, data: bytes) -> None:
        """Answer what has arrived completely."""
        if self._leaving:
            return
        self.active = time.monotonic()
        reader = self._reader
        for request in reader.feed(data):
            self._take(request)
        if not reader.unfinished:
            self.begun = None
        elif self.begun is None:
            self.begun = self.active
        if reader.awaits_continue and self._current is None:
            reader.awaits_continue = False
            self._turn.then(self._transport.write, CONTINUE)

    def pause_writing(self) -> None:
        """Take no further requests from a client that does not read the answers."""
        self._choked = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on: the client has read what it got."""
        self._choked = False
        self._transport.resume_reading()

    # Called by whoever watches over the connections

    def give_up(self) -> None:
        """Refuse a request that does not come to its end in time; cut off who was refused."""
        if self._leaving:
            self._transport.abort()
        else:
            self.begun = None
            self._take(self._reader.refuse(HTTPStatus.REQUEST_TIMEOUT))

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    # Requests, one after the other

    def _take(self, request: HttpRequest) -> None:
        if self._current is None and not self._leaving:
            self._answer(request)
        else:
            self._waiting.append(request)
            if len(self._waiting) > MAX_WAITING:
                self._transport.pause_reading()

    def _answer(self, request: HttpRequest) -> None:
        if request.handshake is not None:
            self._transport.pause_reading()  # what follows is no HTTP
        self._current = responder = TcpResponder(
            self._transport, self._turn, request, self._go_on, self._hand_over
        )
        try:
            task = eager.run(self._application(request, responder))
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the server
            self._failed(error)
            return
        if task is not None:
            responder.task = task
            self._connections.tasks.add(task)
            task.add_done_callback(self._worked)
        if responder.finished:
            self._leave_or_stay(request)

    def _worked(self, task: "asyncio.Task[None]") -> None:
        """Note the end of work that had to wait; without a response there is none to come."""
        self._connections.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)
        elif self._current is not None and self._current.task is task:
            self._transport.abort()

    def _go_on(self) -> None:
        """Answer what has waited for the end of a response."""
        if self._current is not None:
            self._leave_or_stay(self._current.request)
        while self._waiting and self._current is None and not self._leaving:
            self._answer(self._waiting.popleft())
        if not (self._waiting or self._choked):
            self._transport.resume_reading()

    def _leave_or_stay(self, request: HttpRequest) -> None:
        """End the connection after its last response, or be ready for the next request."""
        self._current = None
        self._leaving = not request.keep_alive
        if request.refusal is not None and not self._transport.is_closing():
            # What the client still sends is read, so that it can read why it was refused.
            self._turn.then(self._transport.write_eof)
            self.begun = self.active
        elif self._leaving:
            self._turn.then(self._transport.close)

    def _hand_over(self, successor: Successor) -> None:
        """Leave the connection to another protocol, once the response is written."""
        self._current = None
        self._leaving = True
        self._connections.discard(self)
        beyond = self._reader.beyond
        self._turn.then(successor.take_over, self._transport, self._connections, beyond)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Exception):
            report(error)
        self._transport.abort()


class TcpResponder:
    """Writes the response to one request."""

    __slots__ = (
        *("_finish", "_hand_over", "_listener", "_transport", "_turn"),
        *("finished", "request", "task"),
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        turn: Turn,
        request: HttpRequest,
        finish: Callable[[], None],
        hand_over: Callable[[Successor], None],
    ) -> None:
        self.request = request
        self.finished = False
        """Whether the response is complete; the work that made it may go on."""
        self.task: asyncio.Task[None] | None = None
        """The work, when it had to wait for something."""
        self._transport = transport
        self._turn = turn
        self._finish = finish
        self._hand_over = hand_over
        self._listener: asyncio.Event | None = None

    def respond(self, response: HttpResponse) -> None:
        """Write the head, and the whole body unless a stream follows."""
        head = _head(response.status, tuple(response.headers.items()))
        if response.successor is not None:
            self._write(head + b"\r\n")
            self._hand_over(response.successor)
        elif response.stream:
            self._write(head + b"Transfer-Encoding: chunked\r\n\r\n")
        elif response.status == HTTPStatus.NO_CONTENT:
            self._write(head + b"\r\n")
            self._end()
        else:
            body = response.body
            self._write(b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body))
            self._end()

    def write(self, data: bytes) -> None:
        """Write one chunk of a stream."""
        if self._transport.get_write_buffer_size() > MAX_UNREAD:
            self._transport.abort()
        elif not self.finished:
            self._write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """End a stream."""
        if not self.finished:
            self._write(b"0\r\n\r\n")
            self._end()
        if self._listener is not None:
            self._listener.set()

    def abort(self) -> None:
        """Cut the connection."""
        self._turn.then(self._transport.close)

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        if not self.finished:
            self._listener = asyncio.Event()
            await self._listener.wait()

    def give_up(self) -> None:
        """End the work, for nobody will read what comes of it."""
        if self.task is not None and not self.request.outlives_client:
            self.task.cancel()

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._turn.then(self._transport.write, data)

    def _end(self) -> None:
        self.finished = True
        if self.task is not None:
            # Later, because requests are taken up outside of tasks.
            asyncio.get_running_loop().call_soon(self._finish)


@lru_cache(maxsize=256)
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The head of a response, all but how its body is framed."""
    phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join((*lines, "")).encode("latin-1")


_STATUSES: Final = frozenset(map(int, HTTPStatus))
