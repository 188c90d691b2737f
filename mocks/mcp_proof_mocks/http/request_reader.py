"""Bytes to HTTP/1.1 requests, without I/O."""

from http import HTTPStatus
from typing import Final

import httptools

from mcp_proof_mocks.http.messages import Handshake, HttpRequest

MAX_HEAD: Final = 64 * 1024
MAX_FIELDS: Final = 200
MAX_BODY: Final = 8 * 1024 * 1024
MAX_KNOWN: Final = 1024
MAX_BEGINNING: Final = 100
"""Bytes that are kept of what is no request."""
END_OF_HEAD: Final = b"\r\n\r\n"
WEBSOCKET: Final = "websocket"

_known: Final[dict[bytes, tuple[HttpRequest, int]]] = {}
"""Heads that were read before, each with its request and the length of its body.

A client sends the same few heads again and again; equal bytes need not be taken apart twice.
"""


class RequestReader:
    """Cuts what arrives on one connection into requests."""

    def __init__(self, client: str, handshake: "Handshake | None" = None) -> None:
        """`client` is the address of whoever sends; without a `handshake` there is only HTTP."""
        self._client = client
        self._handshake = handshake
        self.beyond = b""
        """What has come after the request for a WebSocket, which is the last one."""
        self.unfinished = False
        """Whether a request has begun that has not ended yet."""
        self.awaits_continue = False
        """Whether the client waits for leave to send the body; reset by whoever gives it."""
        self._refused = False
        self._received = 0
        """Bytes since the request before."""
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()
        self.unfinished = False

    def feed(self, data: bytes) -> list[HttpRequest]:
        """Return the requests that `data` completed.

        The first that cannot be read has a `refusal`, and is the last.
        """
        end = data.find(END_OF_HEAD) + len(END_OF_HEAD)
        idle = not (self.unfinished or self._refused)
        if idle and (known := _known.get(data[:end])) is not None:
            like, length = known
            if len(data) - end == length:
                # By position, which costs half as much.
                request = HttpRequest(
                    like.method,
                    like.path,
                    like.headers,
                    data[end:],
                    like.fields,
                    self._client,
                    len(data),
                )
                return [request]
        if self._refused:
            return []
        self._complete: list[HttpRequest] = []
        self._received += len(data)
        self._parse(data)
        if idle and len(self._complete) == 1 and not self.unfinished:
            request = self._complete[0]
            if request.method:
                _remember(data, end, request)
            else:
                request.body = _beginning(data)
        return self._complete

    def refuse(self, status: int | None) -> HttpRequest:
        """Give up on the connection; return what had come of the request."""
        self._refused = True
        self.unfinished = False
        return self._request(keep_alive=False, refusal=status)

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
            if self._handshake is not None and self._offers_websocket():
                self._leave_http(rest)
            else:
                self._without_upgrade(rest)
        except httptools.HttpParserError:
            self._give_up(HTTPStatus.BAD_REQUEST)
        if self.unfinished and not self._head_ended and self._received > MAX_HEAD:
            self._give_up(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _offers_websocket(self) -> bool:
        return self._headers.get("upgrade", "").lower() == WEBSOCKET

    def _leave_http(self, rest: bytes) -> None:
        """Take a request for a WebSocket: whatever the answer, no other request follows."""
        request = self.refuse(None)
        request.handshake = self._handshake
        self.beyond = rest
        self._complete.append(request)

    def _without_upgrade(self, rest: bytes) -> None:
        """Read a request again as if it offered no other protocol (RFC 9110, section 7.8)."""
        method = self._parser.get_method()
        if method == b"CONNECT":
            self._give_up(HTTPStatus.METHOD_NOT_ALLOWED)
            return
        fields = [f"{name}: {value}" for name, value in self._fields if name.lower() != "upgrade"]
        head = b"%b %b HTTP/1.1\r\n" % (method, self._path)
        self._parser = httptools.HttpRequestParser(self)
        self._parse(head + "\r\n".join((*fields, "", "")).encode("latin-1") + rest)

    def _give_up(self, status: int) -> None:
        if not self._refused:
            self._complete.append(self.refuse(status))

    def _request(self, *, keep_alive: bool, refusal: int | None = None) -> HttpRequest:
        return HttpRequest(
            method=self._parser.get_method().decode() if self._head_ended else "",
            path=self._path.decode("latin-1"),
            headers=self._headers,
            body=b"".join(self._body),
            client=self._client,
            fields=self._fields,
            size=self._received,
            keep_alive=keep_alive,
            refusal=refusal,
        )

    # Called by the parser

    def on_message_begin(self) -> None:
        """Forget the request before."""
        self.unfinished = True
        self.awaits_continue = False
        self._path = b""
        self._headers: dict[str, str] = {}
        self._fields: list[tuple[str, str]] = []
        self._head_ended = False
        self._body: list[bytes] = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """Collect the request target."""
        self._path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header; leading and trailing whitespace is no part of its value (RFC 9110)."""
        if self._head_ended:
            return  # a trailer of a chunked body
        field, text = name.decode("latin-1"), value.decode("latin-1")
        self._headers[field.lower()] = text.strip(" \t")
        self._fields.append((field, text))

    def on_headers_complete(self) -> None:
        """Refuse at once what is too large; note a client that waits before it sends the body."""
        self._head_ended = True
        length = self._headers.get("content-length", "0")
        if len(self._fields) > MAX_FIELDS:
            self._give_up(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif int(length) > MAX_BODY:
            self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self._headers.get("expect", "").lower() == "100-continue":
            self.awaits_continue = True

    def on_body(self, body: bytes) -> None:
        """Collect a piece of the body."""
        self._size += len(body)
        if self._size > MAX_BODY:
            self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif not self._refused:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self._refused or self._parser.should_upgrade():
            return
        self.unfinished = self.awaits_continue = False
        # Of HTTP/1.0 only what it can do without being asked.
        current = self._parser.get_http_version() != "1.0"
        keep_alive = current and bool(self._parser.should_keep_alive())
        self._complete.append(self._request(keep_alive=keep_alive))
        self._received = 0


def _beginning(data: bytes) -> bytes:
    """Return the first line of what is no request, without what may be secret: query, headers."""
    line = data.replace(b"\r", b"\n").lstrip(b"\n").partition(b"\n")[0]
    return line.partition(b"?")[0][:MAX_BEGINNING]


def _remember(data: bytes, end: int, request: HttpRequest) -> None:
    """Keep a head whose request came in one piece, with a body of a declared length or none."""
    framed = "transfer-encoding" in request.headers or "expect" in request.headers
    if framed or not request.keep_alive or len(data) - end != len(request.body):
        return
    if b"upgrade:" in data[:end].lower():
        return  # another mock may take the offer
    if len(_known) >= MAX_KNOWN:
        _known.clear()
    request_without_body = HttpRequest(
        method=request.method, path=request.path, headers=request.headers, fields=request.fields
    )
    _known[data[:end]] = request_without_body, len(request.body)
