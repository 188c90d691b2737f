"""What a client sent to the MCP endpoint, and what came back."""

from typing import TypeAlias

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Kind, Message, as_list, message

PROPER = frozenset({Kind.REQUEST, Kind.NOTIFICATION, Kind.RESULT, Kind.ERROR})
INITIALIZE = "initialize"
INITIALIZED = "notifications/initialized"
SESSION = "mcp-session-id"
VERSION = "mcp-protocol-version"
LAST_EVENT = "last-event-id"
GRACEFUL = "complete"
NOT_FOUND = 404
Stream: TypeAlias = HttpExchange
"""An exchange whose response is an event stream."""


def at_endpoint(read: Reading) -> list[HttpExchange]:
    """The HTTP requests of the client to where it sends its messages, in their order."""
    return read.derived(_at_endpoint)


def posts(read: Reading) -> list[HttpExchange]:
    """Those that carry JSON-RPC messages: one each, or a batch."""
    return [http for http in at_endpoint(read) if carries(http)]


def carries(http: HttpExchange) -> bool:
    """Whether the body is a JSON-RPC message, or a batch of such."""
    said = sent(http)
    return said is not None and _is_rpc(said)


def sent(http: HttpExchange) -> Message | None:
    """The JSON that a request carries."""
    event = http.sent.sent.event if http.sent is not None else None
    return event.message if event is not None else None


def parts_of(said: Message) -> list[Message]:
    """The messages of a batch, or the one message."""
    return [message(value) for value in as_list(said.value)] or [said]


def method(http: HttpExchange) -> str:
    """The method of the message that a request carries; "" for none or a batch."""
    said = sent(http)
    return said.method if said is not None else ""


def header(http: HttpExchange, name: str) -> str | None:
    """A header of the request; `None` when it has none."""
    value = http.request_headers.get(name)
    return None if value is None else str(value)


def named(http: HttpExchange) -> str:
    """The request in words: "POST of tools/call", "GET"."""
    said = method(http)
    return f"{http.method} of {said}" if said else http.method


def fell_back(read: Reading, http: HttpExchange) -> bool:
    """Whether the client had sent `initialize` before, at whatever revision, or does so here."""
    first = read.derived(_first_initialize)
    return first is not None and first <= http.request.seq + 1


def answer_of(http: HttpExchange) -> Event | None:
    """The event of the answer to the request that a POST carried, on whatever stream it came."""
    answer = http.sent.answer if http.sent is not None else None
    return answer.event if answer is not None else None


def last_id(http: Stream) -> str:
    """The id of the last event of a stream that had one; "" when none had."""
    ids = [event.data.get("id") for event in http.sse if event.data.get("id") is not None]
    return str(ids[-1]) if ids else ""


def has_event(http: Stream, event_id: str) -> bool:
    """Whether an event of a stream had this id."""
    return any(event.data.get("id") == event_id for event in http.sse)


def closed_early(http: HttpExchange) -> bool:
    """Whether the server closed the stream of a request's answer before that came."""
    answer, end = answer_of(http), http.end
    return (
        http.is_stream
        and http.method == "POST"
        and http.sent is not None
        and http.sent.sent.message.kind is Kind.REQUEST
        and end is not None
        and end.sender is Sender.SERVER
        and (answer is None or answer.seq > end.seq)
    )


def _at_endpoint(read: Reading) -> list[HttpExchange]:
    all_of_it = list(read.counterpart.http())
    paths = {http.path for http in all_of_it if carries(http)}
    return [http for http in all_of_it if http.path in paths]


def _first_initialize(read: Reading) -> int | None:
    events = read.events(EventKind.MESSAGE)
    asked = (e for e in events if e.message is not None and e.message.method == INITIALIZE)
    return next((event.seq for event in asked), None)


def _is_rpc(said: Message) -> bool:
    return all(p.kind in PROPER and p.members.get("jsonrpc") == "2.0" for p in parts_of(said))
