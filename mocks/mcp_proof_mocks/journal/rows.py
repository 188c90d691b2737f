"""The journal's rows: what a shell notes down in passing, and the events that it stands for.

A row is a tuple of JSON values, because thousands of them are made in a second and few are ever
looked at. Bytes are kept as Latin-1 text, which gives every byte back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from mcp_proof_contracts.framing import EventStreamReader, FrameTooLongError, ServerSentEvent
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.secrets.headers import shown_headers
from mcp_proof_contracts.secrets.parameters import FORM, shown_form
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Message, parse
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

Row: TypeAlias = tuple[Any, ...]
"""Kind, time, session, channel, and what the kind has besides."""
Fields: TypeAlias = Sequence[tuple[str, str]]

REQUEST, RESPONSE, PIECE, END, TEXT, VALUE, FRAME, CLOSE = range(8)
WEBSOCKET: Final = "websocket"
"""The channel of what is no HTTP any more."""
CUT_OFF: Final = 1006
"""Stands for the code of a WebSocket that was not closed (RFC 6455, section 7.4.1)."""
SHOWN_BODY: Final = 2000
"""Characters of a body that is no JSON which an event quotes."""


def request_row(at: float, session: str, channel: str, request: HttpRequest) -> Row:
    """An HTTP request."""
    body = request.body.decode("latin-1")
    return REQUEST, at, session, channel, request.method, request.path, request.fields, body


def response_row(at: float, session: str, channel: str, response: HttpResponse) -> Row:
    """An HTTP response, or its head alone when a stream follows."""
    body = response.body.decode("latin-1")
    return RESPONSE, at, session, channel, response.status, response.headers, body, response.stream


def piece_row(at: float, session: str, channel: str, data: bytes) -> Row:
    """A piece of an event stream."""
    return PIECE, at, session, channel, data.decode("latin-1")


def end_row(at: float, session: str, channel: str, how: str, sender: Sender) -> Row:
    """The end of a channel."""
    return END, at, session, channel, how, sender


def text_row(at: float, session: str, channel: str, sender: Sender, data: bytes) -> Row:
    """What one side said where messages need no envelope: lines, or a message in memory."""
    return TEXT, at, session, channel, sender, data.decode("latin-1")


def value_row(at: float, session: str, channel: str, sender: Sender, data: bytes) -> Row:
    """What stands in one piece: an entry of a list, a value, an event."""
    return VALUE, at, session, channel, sender, data.decode("latin-1")


def frame_row(at: float, session: str, sender: Sender, data: bytes, *, binary: bool) -> Row:
    """A message over a WebSocket."""
    return FRAME, at, session, WEBSOCKET, sender, data.decode("latin-1"), binary


def close_row(at: float, session: str, sender: Sender, code: int, reason: str) -> Row:
    """The end of a WebSocket, by whoever closed it first."""
    return CLOSE, at, session, WEBSOCKET, sender, code, reason


def events_of(rows: Iterable[Row], began: float, first: int = 0) -> Iterator[Event]:
    """Yield the events that rows stand for, numbered from `first`; they began at `began`."""
    seq = first
    for kind, at, session, channel, *rest in rows:
        for sender, event_kind, message, data in _READERS[kind](*rest):
            yield Event(
                seq=seq,
                at=round(at - began, 6),
                session=session,
                channel=channel,
                sender=sender,
                kind=event_kind,
                message=message,
                data=data,
            )
            seq += 1


_Part: TypeAlias = tuple[Sender, EventKind, Message | None, JsonObject]


def _request(method: str, path: str, fields: Fields, body: str) -> Iterator[_Part]:
    headers = shown_headers(fields)
    shown, query, _ = path.partition("?")
    data: JsonObject = {"method": method, "path": shown + "?…" if query else shown}
    yield Sender.CLIENT, EventKind.HTTP_REQUEST, None, {**data, "headers": headers}
    if method:
        yield from _body(Sender.CLIENT, headers, body)
    elif body:
        yield _no_json(Sender.CLIENT, body.encode("latin-1"))  # of no request: no message either


def _response(
    status: int,
    headers: Mapping[str, str],
    body: str,
    stream: bool,  # noqa: FBT001  # the members of a row
) -> Iterator[_Part]:
    shown = shown_headers(headers.items())
    data: JsonObject = {"status": status, "headers": shown}
    yield Sender.SERVER, EventKind.HTTP_RESPONSE, None, data
    yield from _body(Sender.SERVER, shown, body)
    if not stream:
        yield from _end("complete", Sender.SERVER)


def _body(sender: Sender, headers: JsonObject, body: str) -> Iterator[_Part]:
    if not body:
        return
    raw = body.encode("latin-1")
    message = parse(raw)
    if not message.fault or media_type(headers).endswith("json"):
        yield sender, EventKind.MESSAGE, message, {}
    else:
        yield _no_json(sender, raw, form=media_type(headers) == FORM)


def _piece(data: str) -> Iterator[_Part]:
    raw = data.encode("latin-1")
    reader = EventStreamReader()
    try:
        events = reader.feed(raw)
    except (UnicodeDecodeError, FrameTooLongError):
        events = []
    for event in events:
        yield Sender.SERVER, EventKind.SSE, None, _members(event)
        if event.data:
            yield Sender.SERVER, EventKind.MESSAGE, parse(event.data.encode()), {}
    if not events or reader.rest:
        yield _no_json(Sender.SERVER, raw)  # what a fault made of an event, or a comment


def _members(event: ServerSentEvent) -> JsonObject:
    return {
        "event": event.event,
        "id": event.id,
        "retry": event.retry,
        "has_data": event.has_data,
    }


def _end(how: str, sender: str) -> Iterator[_Part]:
    yield Sender(sender), EventKind.END, None, {"how": how, "detail": ""}


def _text(sender: str, data: str) -> Iterator[_Part]:
    for line in data.encode("latin-1").split(b"\n"):
        if line:
            yield Sender(sender), EventKind.MESSAGE, parse(line), {}


def _value(sender: str, data: str) -> Iterator[_Part]:
    yield Sender(sender), EventKind.MESSAGE, parse(data.encode("latin-1")), {}


def _frame(
    sender: str,
    data: str,
    binary: bool,  # noqa: FBT001  # the members of a row
) -> Iterator[_Part]:
    members: JsonObject = {"opcode": "binary"} if binary else {}
    yield Sender(sender), EventKind.MESSAGE, parse(data.encode("latin-1")), members


def _close(sender: str, code: int, reason: str) -> Iterator[_Part]:
    how = "broken" if code == CUT_OFF else "complete"
    yield Sender(sender), EventKind.END, None, {"how": how, "detail": reason, "code": code}


def _no_json(sender: Sender, raw: bytes, *, form: bool = False) -> _Part:
    text = raw[:SHOWN_BODY].decode(errors="replace")
    shown = shown_form(text) if form else text
    return sender, EventKind.BODY, None, {"text": shown, "bytes": len(raw)}


_READERS: Final[dict[int, Callable[..., Iterator[_Part]]]] = {
    REQUEST: _request,
    RESPONSE: _response,
    PIECE: _piece,
    END: _end,
    TEXT: _text,
    VALUE: _value,
    FRAME: _frame,
    CLOSE: _close,
}
