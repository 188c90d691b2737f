"""One HTTP/1.1 connection on asyncio: its requests are answered one after the other."""

import asyncio
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Coroutine
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, TypeAlias, cast

from mcp_proof_mocks import eager
from mcp_proof_mocks.http.connections import Connections
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.request_reader import RequestReader

MAX_WAITING: Final = 64
"""Requests that are read ahead of the one being answered."""
MAX_UNREAD: Final = 16 * 1024 * 1024
"""Bytes of a stream that a client may leave unread before it is cut off."""
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

Application: TypeAlias = Callable[[HttpRequest, Responder], Coroutine[Any, None, None]]


class HttpProtocol(asyncio.Protocol):
    """One TCP connection."""

    def __init__(self, application: Application, connections: Connections) -> None:
        self._application = application
        self._connections = connections
        self._reader = RequestReader()
        self._waiting: deque[HttpRequest] = deque()
        self._answering: asyncio.Task[None] | None = None
        """The request that is being answered, when its answer has to wait for something."""
        self._choked = False
        """Whether the client does not read what it gets."""
        self._leaving = False
        """Whether this connection ends after the answer under way."""
        self.active = time.monotonic()
        """When something arrived last."""
        self.begun: float | None = None
        """When the request began to arrive of which a part is still missing."""

    @property
    def idle(self) -> bool:
        """Whether nothing is being answered."""
        return self._answering is None

    # Called by asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve the connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Give up the request under way, and those that wait."""
        self._connections.discard(self)
        self._waiting.clear()
        if self._answering is not None:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
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
        if reader.awaits_continue and self.idle:
            reader.awaits_continue = False
            self._transport.write(CONTINUE)

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
        if self._answering is None and not self._leaving:
            self._answer(request)
        else:
            self._waiting.append(request)
            if len(self._waiting) > MAX_WAITING:
                self._transport.pause_reading()

    def _answer(self, request: HttpRequest) -> None:
        responder = TcpResponder(self._transport)
        try:
            self._answering = eager.run(self._application(request, responder))
        except Exception as error:  # noqa: BLE001  # a fault of ours must not end the server
            self._failed(error)
        else:
            if self._answering is not None:
                self._answering.add_done_callback(lambda task: self._answered(request, task))
            elif not request.keep_alive:
                self._leave(request)

    def _answered(self, request: HttpRequest, task: "asyncio.Task[None]") -> None:
        """Go on with the next request after one that had to wait."""
        self._answering = None
        if task.cancelled():
            self._transport.abort()
            return
        if (error := task.exception()) is not None:
            self._failed(error)
        elif not request.keep_alive:
            self._leave(request)
        while self._waiting and self._answering is None and not self._leaving:
            self._answer(self._waiting.popleft())
        if not (self._waiting or self._choked):
            self._transport.resume_reading()

    def _leave(self, request: HttpRequest) -> None:
        """End the connection; what a refused client still sends is read, so that it hears why."""
        self._leaving = True
        if request.refusal is None:
            self._transport.close()
        elif self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()
            self.begun = self.active  # bounds the wait for its end

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Exception):
            traceback.print_exception(error)
            sys.stderr.write("mcp-proof mock: this is a fault of mcp-proof, not of the client.\n")
        self._transport.abort()


class TcpResponder:
    """Writes the response to one request."""

    __slots__ = ("_finished", "_listener", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._finished = False
        self._listener: asyncio.Event | None = None

    def respond(self, response: HttpResponse) -> None:
        """Write the head, and the whole body unless a stream follows."""
        head = _head(response.status, tuple(response.headers.items()))
        if response.status == HTTPStatus.NO_CONTENT:
            data = head + b"\r\n"
        elif response.stream:
            data = head + b"Transfer-Encoding: chunked\r\n\r\n"
        else:
            body = response.body
            data = b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
        if not self._transport.is_closing():
            self._transport.write(data)

    def write(self, data: bytes) -> None:
        """Write one chunk of a stream."""
        if self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > MAX_UNREAD:
            self._transport.abort()
        else:
            self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """End a stream."""
        self._finished = True
        if self._listener is not None:
            self._listener.set()
        if not self._transport.is_closing():
            self._transport.write(b"0\r\n\r\n")

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.close()

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        if not self._finished:
            self._listener = asyncio.Event()
            await self._listener.wait()


@lru_cache(maxsize=256)
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The head of a response, all but how its body is framed."""
    phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join((*lines, "")).encode("latin-1")


_STATUSES: Final = frozenset(map(int, HTTPStatus))
