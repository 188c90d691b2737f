"""One connection over HTTP/1.1 as it passes, until it becomes a WebSocket or no HTTP at all."""

from collections import deque
from http import HTTPStatus
from typing import Final

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.http.body import SHOWN_BODY
from mcp_proof.record.http.endpoint_link import EndpointLink
from mcp_proof.record.http.exchange import EVENT_STREAM, RecordedExchange
from mcp_proof.record.http.framing import Framing, Head, Part, Piece
from mcp_proof.record.http.sessions import Sessions
from mcp_proof.record.http.upstream_head import UpstreamHead
from mcp_proof.record.websocket import FramesTap
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_mocks.stream.connection import Direction

REFUSAL: Final = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
    b"Connection: close\r\n\r\n%b"
)


class HttpTap:
    """Records exchanges; what passes is what came, but for the heads of requests."""

    def __init__(
        self, cassette: CassetteWriter, sessions: Sessions, upstream: UpstreamHead
    ) -> None:
        self._cassette = cassette
        self._sessions = sessions
        self._upstream = upstream
        self._name = f"http-{next(sessions.connections)}"
        self._requests = Framing()
        self._responses = Framing(self._method)
        self._asking: RecordedExchange | None = None
        """The exchange whose request is coming in."""
        self._open: deque[RecordedExchange] = deque()
        """The exchanges whose responses are not whole yet, in their order."""
        self._link: EndpointLink | None = None
        self._frames: FramesTap | None = None
        self._strange: set[Sender] = set()
        """Who has said something that is no HTTP."""
        self._first_gone: Sender | None = None
        """Who was the first to say nothing more."""

    def passed(self, direction: Direction, chunk: bytes) -> bytes:
        """Record what is whole; return what is passed on."""
        up = direction == "up"
        framing, take = (
            (self._requests, self._take_request) if up else (self._responses, self._take_response)
        )
        passed = b"".join([take(piece) for piece in framing.feed(chunk)])
        self._cassette.flush()
        return passed

    def ended(self, direction: Direction) -> bytes:
        """Record what the end of the connection ends."""
        if direction == "up":
            self._first_gone = self._first_gone or Sender.CLIENT
            passed = b"".join([self._take_request(piece) for piece in self._requests.end()])
        else:
            self._first_gone = self._first_gone or Sender.SERVER
            passed = b"".join([self._take_response(piece) for piece in self._responses.end()])
        self._cassette.flush()
        return passed

    def over(self) -> None:
        """Record what has come to no end."""
        sender = self._first_gone or Sender.SERVER
        if self._frames is not None:
            self._frames.over(sender)
        for exchange in self._open:
            exchange.cut(sender)
        self._open.clear()
        self._cassette.flush()

    def refusal(self) -> bytes:
        """Return what a client is told whose request reaches nobody; nothing until it is whole."""
        if self._asking is not None or not self._open:
            return b""
        told = f"mcp-proof record cannot reach {self._upstream.origin}\n".encode()
        return REFUSAL % (len(told), told)

    def _method(self) -> str:
        return self._open[0].head.words[0] if self._open else ""

    # Requests

    def _take_request(self, piece: Piece) -> bytes:
        if piece.part is Part.HEAD:
            head, raw = self._upstream.of(piece.head, piece.raw)
            host = piece.head.field("host")
            self._asking = RecordedExchange(
                self._cassette, self._sessions, head, self._name, host=host
            )
            self._open.append(self._asking)
            return raw
        if piece.part is Part.OPAQUE:
            return self._opaque(piece, Sender.CLIENT)
        if self._asking is not None:
            if piece.data:
                self._asking.ask(piece.data)
            if piece.part is Part.END:
                self._asking.asked()
                self._asking = None
        return piece.raw

    # Responses

    def _take_response(self, piece: Piece) -> bytes:
        if piece.part is Part.OPAQUE:
            return self._opaque(piece, Sender.SERVER)
        if not self._open:  # a server may say why it closes a connection on which nothing was asked
            unasked = Head(("", "", ""), [])
            self._open.append(RecordedExchange(self._cassette, self._sessions, unasked, self._name))
        exchange = self._open[0]
        if piece.part is Part.HEAD:
            self._begin(exchange, piece.head)
            return piece.raw
        if piece.data:
            exchange.answer(piece.data)
        if piece.part is Part.END and exchange.answered:
            exchange.end()
            self._open.popleft()
        return self._linked(piece)

    def _begin(self, exchange: RecordedExchange, head: Head) -> None:
        """Take the head of a response; an interim one tells nothing."""
        switches = head.status == HTTPStatus.SWITCHING_PROTOCOLS
        if head.status < HTTPStatus.OK and not switches:
            return
        exchange.respond(head)
        if switches:
            self._requests.give_way()
            self._responses.give_way()
            if exchange.head.field("upgrade").lower() == "websocket":
                self._frames = FramesTap(self._cassette, exchange.session)
        chunked = "chunked" in head.field("transfer-encoding").lower()
        whole = chunked or not head.field("content-length")
        coded = head.field("content-encoding")
        stream = head.field("content-type").lower().startswith(EVENT_STREAM)
        if exchange.head.words[0] == "GET" and stream and whole and not coded:
            ours = f"http://{exchange.host}"
            self._link = EndpointLink(self._upstream.origin, ours, chunked=chunked)

    def _linked(self, piece: Piece) -> bytes:
        if self._link is None:
            return piece.raw
        passed = self._link.passed(piece, self._responses.missing)
        if piece.part is Part.END:
            self._link = None
        return passed

    # What is no HTTP

    def _opaque(self, piece: Piece, sender: Sender) -> bytes:
        if self._frames is not None:
            self._frames.passed(sender, piece.raw)
        elif sender not in self._strange:
            self._strange.add(sender)
            text = piece.raw[:SHOWN_BODY].decode(errors="replace")
            self._cassette.add(
                EventKind.BODY,
                session=self._name,
                channel="http",
                sender=sender,
                data={"text": text, "bytes": len(piece.raw)},
            )
        return piece.raw
