"""The one shape that everything on a wire is kept in: events, in order, appended as they happen.

On disk a transcript is NDJSON: one header line, then one line per event, so that a kill at any
instant leaves a readable file.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.wire import Message, parse

FORMAT_VERSION: Final = 1


class Sender(StrEnum):
    """Which side of the connection an event comes from."""

    CLIENT = "client"
    SERVER = "server"


class EventKind(StrEnum):
    """What happened. The members of `Event.data` are given for each."""

    OPEN = "open"
    """A session's connection was opened: `target`."""
    MESSAGE = "message"
    """One JSON text, or bytes where one belongs: in `Event.message`. Of a key of Redis, `expires`
    (in seconds; null when it does not); of an event sent there, `receivers`; `opcode` where it came
    in a binary frame of a WebSocket."""
    HTTP_REQUEST = "http-request"
    """`method`, `path` (with the query), `headers` (lower-case names)."""
    HTTP_RESPONSE = "http-response"
    """`status`, `headers` (lower-case names)."""
    SSE = "sse"
    """One server-sent event: `event`, `id`, `retry`, `has_data`; its message follows."""
    BODY = "body"
    """An HTTP body that is no JSON: `text` (shortened), `bytes`. A key of Redis that holds no
    text: `text` names what it holds."""
    FRAME = "frame"
    """A control frame of a WebSocket: `opcode` (ping, pong, close), `text` or `code`."""
    STDERR = "stderr"
    """One line of a process's standard error: `text`."""
    LISTENER = "listener"
    """A socket on which the peer listens, looked up, not tried: `address`, `loopback`."""
    END = "end"
    """A channel ended: `how` (complete, broken, closed, too-long, own-fault), `detail`, `code` (of
    a WebSocket)."""
    SILENCE = "silence"
    """The driver stopped waiting for an answer: `id`, `why`, `alive` (a control request was
    answered meanwhile), `seconds`, `own_fault` (where mcp-proof itself failed to read it), `taken`
    (whether a request was taken from its list)."""
    ABANDONED = "abandoned"
    """The driver stopped in the middle of a probe, through no fault of the peer: `why`."""
    CLOSE = "close"
    """The session was closed: `exit_code`, `how`, `seconds`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    seq: int
    at: float
    """Seconds since the transcript began."""
    session: str
    """The connection it belongs to, by the driver's name for it; in another dialect than MCP that
    begins with the dialect's name."""
    channel: str
    """The stream: "stdio", "memory", "websocket", or one HTTP exchange such as "post-3"."""
    sender: Sender
    kind: EventKind
    probe: str = ""
    """The deliberate stimulus this belongs to, as "probe" or "probe/case"."""
    message: Message | None = None
    data: JsonObject = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a transcript is about."""

    peer: str
    """The target as the user gave it, without secrets."""
    side: Sender
    """The side that is under test."""
    transport: str
    """A `TransportName`."""
    started: str
    """ISO 8601."""
    dialect: Dialect = Dialect.MCP


class Transcript:
    """An append-only list of events under a header."""

    def __init__(
        self, header: Header, events: Iterable[Event] = (), mask: Mask | None = None
    ) -> None:
        self.header = header
        self.events: list[Event] = list(events)
        self.mask = mask or Mask()
        """Hides secrets in what is shown of the events, which are whole."""

    def append(self, event: Event) -> None:
        """Add an event at the end."""
        self.events.append(event)


def header_line(header: Header) -> bytes:
    """The first line of a transcript's file."""
    return _line({"transcript": FORMAT_VERSION, **_fields(header)})


def event_line(event: Event) -> bytes:
    """The line of one event. Bytes that are not UTF-8 are kept as Base64 in `raw64`."""
    members = {name: value for name, value in _fields(event).items() if value not in ("", {}, None)}
    if event.message is not None:
        raw = event.message.raw
        try:
            members["raw"] = raw.decode()
        except UnicodeDecodeError:
            members["raw64"] = base64.b64encode(raw).decode()
        del members["message"]
    return _line(members)


def from_ndjson(lines: Iterable[bytes]) -> Transcript:
    """Read a transcript. A last line that was cut short is left out; any other fault raises.

    Raises:
        ValueError: the file is no transcript, of another version, or damaged before its end.
    """
    rows = iter(lines)
    header = _header(next(rows, b""))
    return Transcript(header, _events(rows))


def read_events(lines: Iterable[bytes]) -> Iterator[Event]:
    """Yield the events of a transcript one by one, as `from_ndjson` reads them.

    Raises:
        ValueError: as `from_ndjson` has it, when the damage is reached.
    """
    rows = iter(lines)
    _header(next(rows, b""))
    yield from _events(rows)


def _events(rows: Iterator[bytes]) -> Iterator[Event]:
    for number, line in enumerate(rows, start=2):
        try:
            event = _event(orjson.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if line.endswith(b"\n"):
                raise ValueError(f"line {number} of the transcript is damaged: {error}") from error
        else:
            yield event


def _header(line: bytes) -> Header:
    try:
        members = orjson.loads(line)
        version = members.pop("transcript")
    except (orjson.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        raise ValueError("not a transcript: the first line is no header") from error
    if version != FORMAT_VERSION:
        raise ValueError(f"transcript version {version}; this release reads {FORMAT_VERSION}")
    try:
        members["side"] = Sender(members["side"])
        members["dialect"] = Dialect(members.get("dialect", Dialect.MCP))
        return Header(**members)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"line 1 of the transcript is damaged: {error}") from error


def _event(members: dict[str, Any]) -> Event:
    raw = members.pop("raw", None)
    raw64 = members.pop("raw64", None)
    message = None
    if isinstance(raw, str):
        message = parse(raw.encode())
    elif isinstance(raw64, str):
        message = parse(base64.b64decode(raw64))
    members["sender"] = Sender(members["sender"])
    members["kind"] = EventKind(members["kind"])
    return Event(**members, message=message)


def _line(members: dict[str, object]) -> bytes:
    try:
        return orjson.dumps(members) + b"\n"
    except orjson.JSONEncodeError:  # the name of a file need not be UTF-8
        return json.dumps(members, ensure_ascii=False).encode(errors="replace") + b"\n"


def _fields(record: Header | Event) -> dict[str, object]:
    return {name: getattr(record, name) for name in type(record).__slots__}
