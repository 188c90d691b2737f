"""What belongs together: a message and its answers, an HTTP request and its response.

What is derived is kept once it was asked for: rules ask when all has been read.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.kept_value import kept_value
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import Kind, Message, as_object, id_key, mistyped, quote

MAX_EVIDENCE: Final = 10
"""Messages of each kind that a finding shows: a flood is shown by its beginning."""


@dataclass(slots=True, unsafe_hash=True)
class Said:
    """A message at its place in the transcript; an element of a batch has its own index.

    Nobody changes one; like `Message` it is not frozen, because that makes it four times as dear.
    """

    event: Event
    message: Message
    revision: Revision | None
    """The revision it was said at, as far as the transcript tells."""
    index: int = 0

    def at(self, revision: Revision | None) -> "Said":
        """Return the same with another revision."""
        if revision == self.revision:
            return self
        return Said(self.event, self.message, revision, self.index)

    @property
    def key(self) -> tuple[str, tuple[str, str]]:
        """Its session and its id: what tells requests apart."""
        return self.event.session, id_key(self.message.id)


@dataclass
class Exchange:
    """One message sent to the peer, and what came back for it."""

    sent: Said
    http: "HttpExchange | None" = None
    answers: list[Said] = field(default_factory=list["Said"])
    """Responses with the very id of the request, in order; more than one is a fault."""
    answer: Said | None = None
    """The first of them."""
    strays: list[Said] = field(default_factory=list["Said"])
    """Responses that came back for it with another id or none (on one channel: next after it)."""
    silence: Event | None = None
    """Set when the driver stopped waiting for the answer."""

    @property
    def pending(self) -> bool:
        """Whether this is a request for which nothing came, and nothing says that nothing would."""
        unanswered = not self.answers and not self.strays and self.silence is None
        no_status = self.http is None or self.http.status is None
        return self.sent.message.kind is Kind.REQUEST and unanswered and no_status

    def add_answer(self, said: Said) -> None:
        """File a response with the id of the request."""
        self.answers.append(said)
        self.answer = self.answer or said

    @kept_value
    def reply(self) -> Said | None:
        """The first response with the right id, otherwise the first stray one."""
        return self.answer or (self.strays[0] if self.strays else None)

    @property
    def failed(self) -> bool:
        """Whether mcp-proof itself failed to read what came back."""
        return self.silence is not None and self.silence.data.get("own_fault") is True

    @kept_value
    def noticed(self) -> bool:
        """Whether an answer names this request, be it with the id in another JSON type."""
        wanted = self.sent.message.id
        return bool(self.answers) or any(mistyped(s.message.id, wanted) for s in self.strays)

    @kept_value
    def probe(self) -> str:
        """The probe that sent it; "" for ordinary traffic."""
        return self.sent.event.probe.partition("/")[0]

    @kept_value
    def case(self) -> str:
        """The probe's case; "" when it has only one."""
        return self.sent.event.probe.partition("/")[2]

    @property
    def status(self) -> int | None:
        """The HTTP status of the response to it, over HTTP."""
        return self.http.status if self.http is not None else None

    @kept_value
    def is_good_request(self) -> bool:
        """Whether one request without a fault of its own was sent (JSON-RPC 2.0, section 4)."""
        message = self.sent.message
        return (
            message.kind is Kind.REQUEST
            and message is self.sent.event.message  # no element of a batch
            and message.members.get("jsonrpc") == "2.0"
            and message.method != ""
            and isinstance(message.id, str | int)
            and not isinstance(message.id, bool)
            and isinstance(message.members.get("params", {}), dict)
        )

    @property
    def is_http_error(self) -> bool:
        """Whether HTTP itself refused it: a 4xx or 5xx status."""
        return self.http is not None and self.http.is_error

    @kept_value
    def error_code(self) -> int | None:
        """The code of the error that came back, whatever its id."""
        return self.reply.message.error_code if self.reply is not None else None

    @kept_value
    def result(self) -> JsonObject:
        """The result that came back, whatever its id; {} when it was not served."""
        reply = self.answer or self.reply
        if reply is None or reply.message.kind is not Kind.RESULT:
            return {}
        return as_object(reply.message.members["result"])

    @kept_value
    def served(self) -> bool:
        """Whether it was answered with a result."""
        reply = self.answer or self.reply
        return reply is not None and reply.message.kind is Kind.RESULT

    @kept_value
    def answered_by_error(self) -> bool:
        """Whether it was answered with a JSON-RPC error; other APIs have texts as `error`."""
        return self.reply is not None and isinstance(self.reply.message.members.get("error"), dict)

    @kept_value
    def refused(self) -> bool:
        """Whether it was answered with a JSON-RPC error, or over HTTP with a 4xx or 5xx status."""
        if self.reply is not None:
            return self.reply.message.kind is Kind.ERROR
        return self.is_http_error

    @property
    def evidence(self) -> tuple[Event, ...]:
        """What was sent and what came back, for a finding."""
        events = [self.sent.event]
        if self.http is not None and self.http.response is not None:
            events.append(self.http.response)
        if self.http is not None and self.http.body is not None:
            events.append(self.http.body)
        came = (*self.answers[:MAX_EVIDENCE], *self.strays[:MAX_EVIDENCE])
        events += [said.event for said in came]
        if self.silence is not None:
            events.append(self.silence)
        return tuple(events)

    @property
    def outcome(self) -> str:
        """What came back, in words for a finding's `actual`."""
        status = f"HTTP {self.status}, " if self.status is not None else ""
        if self.reply is None:
            why = self.silence.data.get("why") if self.silence is not None else None
            return f"{status}no JSON-RPC response" + (f" ({why})" if why else "")
        if self.answered_by_error:
            error = self.reply.message.error
            said = error.get("message")
            text = excerpt(said) if isinstance(said, str) else quote(said)
            return f"{status}error {quote(error.get('code'))}: {text}"
        return f"{status}{self.reply.message.excerpt}"


@dataclass
class HttpExchange:
    """One HTTP request and everything that came back on it."""

    request: Event
    revision: Revision | None
    sent: Exchange | None = None
    """The message that the request carried."""
    response: Event | None = None
    status: int | None = None
    """The response's status; `None` when none came."""
    headers: JsonObject = field(default_factory=dict[str, Json])
    """The response's headers, names in lower case."""
    answers: list[Said] = field(default_factory=list["Said"])
    """Every message the server sent on this exchange."""
    sse: list[Event] = field(default_factory=list["Event"])
    body: Event | None = None
    end: Event | None = None

    @property
    def pending(self) -> bool:
        """Whether no response came."""
        return self.response is None

    @property
    def failed(self) -> bool:
        """Whether mcp-proof itself failed to read the response."""
        return self.end is not None and self.end.data.get("how") == "own-fault"

    def add(self, event: Event) -> None:
        """File an event of this exchange."""
        match event.kind:
            case EventKind.HTTP_RESPONSE:
                self.response = event
                status = event.data.get("status")
                self.status = status if isinstance(status, int) else None
                self.headers = as_object(event.data.get("headers"))
            case EventKind.SSE:
                self.sse.append(event)
            case EventKind.BODY:
                self.body = event
            case EventKind.END:
                self.end = event
            case _:
                pass

    @kept_value
    def probe(self) -> str:
        """The probe that sent it; "" for ordinary traffic."""
        return self.request.probe.partition("/")[0]

    @kept_value
    def case(self) -> str:
        """The probe's case; "" when it has only one."""
        return self.request.probe.partition("/")[2]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return str(self.request.data.get("method"))

    @property
    def path(self) -> str:
        """The path that was asked for, as far as it was noted."""
        return str(self.request.data.get("path", ""))

    @property
    def request_json(self) -> Json:
        """The request's body as JSON; `None` when it had none."""
        message = self.sent.sent.event.message if self.sent is not None else None
        return message.value if message is not None else None

    @property
    def response_json(self) -> Json:
        """The response's body as JSON, the first message of a stream; `None` when there is none."""
        message = self.answers[0].event.message if self.answers else None
        return message.value if message is not None else None

    @property
    def outcome(self) -> str:
        """What came back, in words for a finding's `actual`."""
        if self.status is None:
            why = self.end.data.get("detail") if self.end is not None else None
            return f"no response ({why})" if why else "no response"
        body = self.answers[0].message.excerpt if self.answers else "no JSON"
        return f"HTTP {self.status}, {body}"

    @kept_value
    def request_headers(self) -> JsonObject:
        """The request's headers, names in lower case."""
        return as_object(self.request.data.get("headers"))

    @property
    def is_error(self) -> bool:
        """Whether the status is a 4xx or 5xx."""
        return self.status is not None and self.status >= HTTPStatus.BAD_REQUEST

    @kept_value
    def content_type(self) -> str:
        """The response's media type without parameters, in lower case."""
        return media_type(self.headers)

    @kept_value
    def is_json(self) -> bool:
        """Whether the response says that it is JSON, and can be read as that."""
        return self.content_type == "application/json" and self.response_json is not None

    @kept_value
    def is_stream(self) -> bool:
        """Whether the response is a server-sent event stream."""
        return self.content_type == "text/event-stream"

    @property
    def evidence(self) -> tuple[Event, ...]:
        """The request, the response and what it carried, for a finding."""
        sent = self.sent.sent.event if self.sent is not None else None
        said = {each.event.seq: each.event for each in self.answers[:MAX_EVIDENCE]}.values()
        parts = (self.request, sent, self.response, *said, self.body, self.end)
        return tuple(event for event in parts if event is not None)
