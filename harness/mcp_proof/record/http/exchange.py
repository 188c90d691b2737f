"""One HTTP request and its response, as they come in."""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.http.body import SHOWN_BODY, Body
from mcp_proof.record.http.framing import Head
from mcp_proof.record.http.sessions import SESSION_HEADER, Sessions
from mcp_proof_contracts.framing import EventStreamReader, FrameTooLongError, ServerSentEvent
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.secrets.given import secrets_in_cookies, secrets_in_headers
from mcp_proof_contracts.secrets.headers import is_secret_header, shown_headers
from mcp_proof_contracts.secrets.oauth import oauth_secrets
from mcp_proof_contracts.secrets.parameters import FORM, secrets_in_form, shown_form, shown_query
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Message, parse

DIGIT: Final = re.compile(r"\d")
EVENT_STREAM: Final = "text/event-stream"


class RecordedExchange:
    """Records a request when it is whole, its response as it comes."""

    def __init__(
        self,
        cassette: CassetteWriter,
        sessions: Sessions,
        head: Head,
        connection: str,
        *,
        host: str = "",
    ) -> None:
        self.head = head
        """The head of the request as the target gets it."""
        self.host = host
        """The host under which the client knows us."""
        self.session = ""
        """The session; empty until the request was recorded."""
        self.channel = f"{head.words[0].lower()}-{next(sessions.exchanges)}"
        self.answered = False
        """Whether the head of the response has come."""
        self._cassette = cassette
        self._sessions = sessions
        self._connection = connection
        self._asked = Body(head.field("content-encoding"))
        self._answer = Body("")
        self._kind = ""
        self._stream: EventStreamReader | None = None
        self._over = False

    # The request

    def ask(self, data: bytes) -> None:
        """Take a piece of the request's body."""
        self._asked.keep(self._asked.feed(data))

    def asked(self) -> None:
        """Record the request, which is whole, or as whole as it becomes."""
        self._ask_head()
        self._add_body(Sender.CLIENT, self._asked, _media_type(self.head))

    def _ask_head(self) -> None:
        if self.session:
            return
        self.session = self._sessions.of(self.head, self._asked.content, self._connection)
        self._learn()
        data: JsonObject = {
            "method": self.head.words[0],
            "path": shown_query(self.head.words[1]),
            "headers": self._shown(self.head),
        }
        self._add(EventKind.HTTP_REQUEST, Sender.CLIENT, data)

    # The response

    def respond(self, head: Head) -> None:
        """Record the head of the response, and that of a request that is not whole yet."""
        self._ask_head()
        self.answered = True
        self._answer = Body(head.field("content-encoding"))
        self._kind = _media_type(head)
        self._stream = EventStreamReader() if self._kind == EVENT_STREAM else None
        for name, value in head.fields:
            if name.lower() == "set-cookie":
                self._cassette.mask.learn(secrets_in_cookies(value.partition(";")[0]))
        data: JsonObject = {"status": head.status, "headers": self._shown(head)}
        self._add(EventKind.HTTP_RESPONSE, Sender.SERVER, data)
        if head.status < HTTPStatus.BAD_REQUEST:
            self._sessions.served(self.head)
        if session_id := head.field(SESSION_HEADER):
            self._sessions.opened(session_id, self.session)

    def answer(self, data: bytes) -> None:
        """Take a piece of the response's body; record the events that it completes."""
        plain = self._answer.feed(data)
        if self._stream is None:
            self._answer.keep(plain)
            return
        try:
            events = self._stream.feed(plain)
        except (FrameTooLongError, UnicodeDecodeError) as error:
            self._stream = None
            self._end("too-long" if isinstance(error, FrameTooLongError) else "broken", str(error))
            return
        for event in events:
            self._add_event(event)

    def end(self) -> None:
        """Record the end of the response, and its body unless it was a stream."""
        if self._stream is not None and self._stream.rest:
            rest = self._stream.rest
            data: JsonObject = {"text": rest[:SHOWN_BODY], "bytes": len(rest.encode())}
            self._add(EventKind.BODY, Sender.SERVER, data)
        elif self._kind != EVENT_STREAM or self._answer.trouble:
            self._add_body(Sender.SERVER, self._answer, self._kind)
        self._end("complete", "")

    def cut(self, sender: Sender) -> None:
        """Record that one side has gone before the end."""
        if not self.session:
            self.asked()
        how = "closed" if sender is Sender.CLIENT else "broken"
        self._end(how, "the connection was closed", sender)

    # Events

    def _end(self, how: str, detail: str, sender: Sender = Sender.SERVER) -> None:
        if not self._over:
            self._over = True
            self._add(EventKind.END, sender, {"how": how, "detail": detail})

    def _add_event(self, event: ServerSentEvent) -> None:
        data: JsonObject = {
            "event": event.event,
            "id": event.id,
            "retry": event.retry,
            "has_data": event.has_data,
        }
        self._add(EventKind.SSE, Sender.SERVER, data)
        if event.event == "endpoint" and self.head.words[0] == "GET":
            self._sessions.posts_to(_path(event.data), self.session)
        if event.data:
            self._add(EventKind.MESSAGE, Sender.SERVER, {}, parse(event.data.encode()))

    def _add_body(self, sender: Sender, body: Body, kind: str) -> None:
        if not body.size:
            return
        message = parse(body.content)
        if not body.trouble and (not message.fault or kind.endswith("json")):
            self._cassette.hide(oauth_secrets(message.value))
            self._add(EventKind.MESSAGE, sender, {}, message)
            return
        text = body.content[:SHOWN_BODY].decode(errors="replace")
        if kind == FORM:
            self._cassette.hide(value for value in secrets_in_form(text) if DIGIT.search(value))
            text = shown_form(text)
        shown = f"({body.trouble}) {text}" if body.trouble else text
        self._add(EventKind.BODY, sender, {"text": shown, "bytes": body.size})

    def _add(
        self, kind: EventKind, sender: Sender, data: JsonObject, message: Message | None = None
    ) -> None:
        self._cassette.add(
            kind,
            session=self.session,
            channel=self.channel,
            sender=sender,
            message=message,
            data=data,
        )

    # Secrets

    def _learn(self) -> None:
        """Hide what the client presents as a secret wherever it stands, unless it is mere words.

        What a client tries without hope, such as `no-such-key`, would take other texts apart.
        """
        names = self._cassette.secret_headers
        secret = {
            name: value
            for name, value in self.head.fields
            if name.lower() in names or is_secret_header(name)
        }
        values = secrets_in_headers(secret).values
        self._cassette.hide(value for value in values if DIGIT.search(value))

    def _shown(self, head: Head) -> JsonObject:
        return shown_headers(head.fields, self._cassette.secret_headers)


def _media_type(head: Head) -> str:
    return head.field("content-type").partition(";")[0].strip().lower()


def _path(link: str) -> str:
    """Return what a request to a link asks for."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
