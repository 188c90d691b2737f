"""HTTP/1.1 with header fields sent byte for byte: what well-behaved clients refuse to send.

RFC 9110 section 5.5 lets whitespace stand around a field value, which httpx2 rejects as illegal.
"""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Final

import httptools
import httpx2

from mcp_proof.transports.tls import trusted

CHUNK: Final = 1 << 16
MAX_HEAD: Final = 1 << 20
"""Bytes of a response's head beyond which reading stops."""


class VerbatimTransport(httpx2.AsyncBaseTransport):
    """Sends every request over a TCP (or TLS) connection of its own."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; the response's body is read as it is asked for."""
        url = request.url
        secure = url.scheme == "https"
        try:
            reader, writer = await asyncio.wait_for(
                asyncio.open_connection(
                    url.host,
                    url.port or (443 if secure else 80),
                    ssl=trusted() if secure else None,
                ),
                self._timeout,
            )
        except (OSError, TimeoutError) as error:
            raise httpx2.ConnectError(str(error) or "no answer") from error
        body = ResponseBody(reader, writer)
        try:
            writer.write(_head(request) + await request.aread())
            await body.read_head()
        except BaseException:
            await body.aclose()
            raise
        return httpx2.Response(body.status, headers=body.headers, stream=body, request=request)


class ResponseBody(httpx2.AsyncByteStream):
    """A response as it arrives: its head first, then its body piece by piece."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._reader = reader
        self._writer = writer
        self._parser = httptools.HttpResponseParser(self)
        self._pieces: list[bytes] = []
        self._has_head = False
        self._complete = False

    async def read_head(self) -> None:
        """Read until the status and all headers are known."""
        size = 0
        while not self._has_head:
            size += await self._feed()
            if size > MAX_HEAD:
                raise httpx2.RemoteProtocolError(f"a head longer than {MAX_HEAD} bytes")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body's pieces."""
        while True:
            pieces, self._pieces = self._pieces, []
            for piece in pieces:
                yield piece
            if self._complete:
                return
            await self._feed()

    async def aclose(self) -> None:
        """Close the connection."""
        self._writer.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self.headers.append((name, value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        """Note the status; an interim response (1xx) is passed over."""
        self.status = self._parser.get_status_code()
        self._has_head = self.status >= HTTPStatus.OK  # what comes before is not final
        if not self._has_head:
            self.headers = []

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        """Note the end, unless this was an interim response."""
        self._complete = self._has_head

    async def _feed(self) -> int:
        try:
            chunk = await self._reader.read(CHUNK)
            self._parser.feed_data(chunk)
        except OSError as error:
            raise httpx2.ReadError(str(error)) from error
        except httptools.HttpParserError as error:
            raise httpx2.RemoteProtocolError(f"no HTTP response: {error}") from error
        if not chunk and self._has_head and not self._is_framed():
            self._complete = True
        elif not chunk and not self._complete:
            raise httpx2.RemoteProtocolError("the connection was closed within the response")
        return len(chunk)

    def _is_framed(self) -> bool:
        """Whether the body says where it ends; otherwise the connection's end is its end."""
        names = {name.lower() for name, _ in self.headers}
        return bool(names & {b"content-length", b"transfer-encoding"})


def _head(request: httpx2.Request) -> bytes:
    lines = [request.method.encode() + b" " + request.url.raw_path + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join((*lines, b"", b""))
