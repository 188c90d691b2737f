"""HTTP/1.1 for the mock: bytes to requests and back, on asyncio and httptools."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from http.client import responses
from typing import Final, TypeAlias, cast

import httptools

from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

MAX_BODY: Final = 8 * 1024 * 1024


class Responder:
    """Writes the response to one request."""

    def __init__(self, transport: asyncio.Transport, closed: asyncio.Event) -> None:
        self._transport = transport
        self.closed = closed
        """Set when the client has gone away."""
        self.ended = asyncio.Event()
        """Set when the stream was ended."""

    def respond(self, response: HttpResponse) -> None:
        """Write the head, and the whole body unless a stream follows."""
        headers = dict(response.headers)
        if response.stream:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(response.body))
        head = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        head += [f"{name}: {value}" for name, value in headers.items()]
        self._transport.write("\r\n".join((*head, "", "")).encode("latin-1") + response.body)

    def write(self, data: bytes) -> None:
        """Write one chunk of a stream."""
        if not self._transport.is_closing():
            self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """End a stream."""
        self.ended.set()
        if not self._transport.is_closing():
            self._transport.write(b"0\r\n\r\n")

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.close()


Application: TypeAlias = Callable[[HttpRequest, Responder], Awaitable[None]]


class HttpProtocol(asyncio.Protocol):
    """One TCP connection; its requests are answered one after the other."""

    def __init__(self, application: Application, peers: "set[HttpProtocol]") -> None:
        self._application = application
        self._peers = peers
        """The open connections, this one among them while it is open."""
        self._closed = asyncio.Event()
        self._queue: asyncio.Queue[HttpRequest] = asyncio.Queue()
        self._serving: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve the connection."""
        self._transport = cast("asyncio.Transport", transport)
        # Nothing is known of a client that has gone by now.
        address = transport.get_extra_info("peername") or [""]
        self._client = str(address[0])
        self._parser = httptools.HttpRequestParser(self)
        self._serving = asyncio.create_task(self._serve())
        self._peers.add(self)
        self.on_message_begin()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Tell whoever is streaming, and stop waiting for requests."""
        self._closed.set()
        self._peers.discard(self)
        if self._serving is not None:
            self._serving.cancel()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what is no HTTP is refused and cut off."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            Responder(self._transport, self._closed).respond(HttpResponse(status=400))
            self._transport.close()

    def on_message_begin(self) -> None:
        """Forget the request before."""
        self._path = b""
        self._headers: dict[str, str] = {}
        self._fields: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """Collect the request target."""
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header; leading and trailing whitespace is no part of its value (RFC 9110)."""
        field, text = name.decode("latin-1"), value.decode("latin-1")
        self._headers[field.lower()] = text.strip(" \t")
        self._fields.append((field, text))

    def on_body(self, body: bytes) -> None:
        """Collect a piece of the body."""
        self._size += len(body)
        if self._size > MAX_BODY:
            Responder(self._transport, self._closed).respond(HttpResponse(status=413))
            self._transport.close()
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Queue the request."""
        self._queue.put_nowait(
            HttpRequest(
                method=self._parser.get_method().decode(),
                path=self._path.decode("latin-1"),
                headers=self._headers,
                body=b"".join(self._body),
                client=self._client,
                fields=self._fields,
            )
        )

    async def _serve(self) -> None:
        while True:
            request = await self._queue.get()
            responder = Responder(self._transport, self._closed)
            try:
                await self._application(request, responder)
            except Exception:  # noqa: BLE001  # nobody awaits this task; the client must not hang
                traceback.print_exc()
                responder.respond(HttpResponse(status=500))
                self._transport.close()


def _phrase(status: int) -> str:
    return responses.get(status, "")


def event_stream_headers(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a server-sent event stream."""
    return {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", **extra}
