"""How one POST is answered: by one JSON body, or by a stream once something is said early."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Kind, Message, encode
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.conversation import Reply
from mcp_proof_mocks.http.messages import (
    JSON,
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)
from mcp_proof_mocks.http.session import HttpSession, Stream
from mcp_proof_mocks.server import MockServer

CONTROL: Final = ("ping", "server/discover")
"""Methods whose streams a server with a fault leaves open."""


class Answer:
    """The response to one POST, as it comes about."""

    __slots__ = ("_request", "_responder", "_server", "_session", "_stream", "headers")

    def __init__(
        self,
        server: MockServer,
        request: HttpRequest,
        responder: Responder,
        session: HttpSession | None = None,
    ) -> None:
        self.headers: dict[str, str] = {}
        """Headers to add to the response."""
        self._server = server
        self._request = request
        self._responder = responder
        self._session = session if session is not None and session.id else None
        self._stream: Stream | None = None

    def send(self, value: Json) -> None:
        """Send a message ahead of the response: from then on the answer is a stream."""
        if self._stream is None:
            self._stream = self._begin_stream()
        if self._session is None:
            data = encode_event(ServerSentEvent(data=encode(value).decode()))
            self._stream.put("", self._server.faults.written(data))
        elif not self._astray(self._session, value):
            event_id, data = self._session.event(self._stream, value)
            self._stream.put(event_id, self._server.faults.written(data))
            if not self._server.keeps("http-sse-not-closed-early"):
                self._stream.pause()

    def disconnect(self, retry_ms: int | None) -> None:
        """End the response, though its stream goes on and is resumed after so many milliseconds."""
        if self._session is None or not self._may_pause(self._session):
            return
        if self._stream is None:
            self._stream = self._begin_stream()
        if retry_ms is not None and self._server.keeps("http-sse-retry-before-close"):
            self._stream.tell(encode_event(ServerSentEvent(retry=retry_ms, has_data=False)))
        self._stream.pause()

    def _may_pause(self, session: HttpSession) -> bool:
        """Whether a response may end before the answer: clients resume it since 2025-11-25."""
        agreed = session.conversation.session.revision
        is_known = agreed is not None and agreed >= Revision.R2025_11_25
        return is_known or not self._server.keeps("http-sse-not-closed-early")

    def finish(self, message: Message, reply: Reply) -> None:
        """Send what answers `message` and end the response."""
        if not reply.messages:
            self._empty(message, reply)
        elif self._stream is None and not self._streams(message, reply):
            body = self._server.faults.written(encode(reply.messages[0]))
            headers = {**JSON, **self.headers} if self.headers else JSON
            self._respond(HttpResponse(status=reply.status, headers=headers, body=body))
        else:
            for value in reply.messages:
                self.send(value)
            self._end_stream(message)

    def _streams(self, message: Message, reply: Reply) -> bool:
        """Whether a stream carries what nothing was said ahead of."""
        if len(reply.messages) > 1:
            return True  # one body cannot carry them
        if message.kind is not Kind.REQUEST or reply.status != HTTPStatus.OK:
            return False
        return self._server.contract.http.answers == "sse"

    def _astray(self, session: HttpSession, value: Json) -> bool:
        """Whether a fault puts a message of this request on the GET stream instead."""
        if not session.heard:
            return False
        duties = {
            Kind.NOTIFICATION: "http-get-stream-unrelated",
            Kind.RESULT: "http-get-stream-no-responses",
        }
        kind = as_message(value).kind
        strays = not self._server.keeps(duties.get(kind, ""))
        copied = kind is Kind.NOTIFICATION and not self._server.keeps("http-no-broadcast")
        if strays or copied:
            session.tell(value)
        return strays

    def _empty(self, message: Message, reply: Reply) -> None:
        if reply.cancelled and self._stream is None:
            self._stream = self._begin_stream()  # which ends without an answer, as was asked
        if self._stream is not None:
            self._end_stream(message)
        elif message.kind is Kind.REQUEST:
            self._responder.abort()  # a fault swallowed the answer
        else:
            status = HTTPStatus.ACCEPTED if reply.status == HTTPStatus.OK else reply.status
            self._respond(HttpResponse(status=status, headers=self.headers))

    def _begin_stream(self) -> Stream:
        extra = {"X-Accel-Buffering": "no"} if self._server.keeps("h26-x-accel-buffering") else {}
        headers = {**event_stream_headers(extra), **self.headers}
        self._respond(HttpResponse(status=200, headers=headers, stream=True))
        if self._session is None:
            return Stream(0, self._responder)
        stream = self._session.open_stream(self._responder)
        agreed = self._session.conversation.session.revision
        if agreed == Revision.R2025_11_25 and self._server.keeps("http-sse-priming-event"):
            stream.put(*self._session.event(stream, None, priming=True))
        return stream

    def _end_stream(self, message: Message) -> None:
        assert self._stream is not None
        self._stream.finished = True
        keeps = self._server.keeps
        if message.method in CONTROL and not keeps("http-sse-closed-after-response"):
            return
        if keeps("h26-final-response-ends-stream"):
            self._stream.pause()

    def _respond(self, response: HttpResponse) -> None:
        self._responder.respond(self._server.faults.responded(self._request, response))
