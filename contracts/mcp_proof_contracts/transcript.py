"""The one shape that everything on a wire is kept in: events, in order, appended as they happen.

On disk a transcript is NDJSON: one header line, then one line per event, so that a kill at any
instant leaves a readable file. A later header takes the place of the one before: whoever learns
late what is spoken only appends. `transcript.schema.json` beside this is the schema of a line.
"""

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BufferedIOBase, RawIOBase
from typing import Any, Final, TypeAlias, TypeVar

import orjson

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.members_at_hand import members_at_hand
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.wire import Message, parse

FORMAT_VERSION: Final = 2
DOCUMENTS: Final = "document-"
"""How the channels of HTTP exchanges begin that fetch a document beside the endpoint: rules about
the endpoint do not see them, a probe's name finds them."""
CANARIES: Final = "canary-"
"""How the sessions begin in which the peer's own requests to URLs of ours are recorded."""
LONGEST_LINE: Final = 8 * MAX_FRAME
"""Bytes of a line: a frame, of which every byte may have to be escaped."""

Members: TypeAlias = dict[str, Any]
Name = TypeVar("Name", bound=StrEnum)
Migration: TypeAlias = Callable[[Members], Members]


def _as_it_is(members: Members) -> Members:
    return members


MIGRATIONS: Final[Mapping[int, Migration]] = {
    1: _as_it_is,  # it differs in what may follow: no second header
}
"""What makes of a line of each earlier version one of the next version."""


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
    """`method`, `path` (with the query), `headers` (lower-case names). In a session that is named
    `canary-` and a number it is a request of the peer, to a URL that we gave it."""
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
    USAGE = "usage"
    """What the peer's process and its children have, looked up between calls: `calls`, `handles`,
    `threads`, `processes`."""
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
    """The session was closed: `exit_code`, `how`, `seconds`. In the session `client` it is the end
    of a client under test: `how` is exit, terminated, killed or not-started; `why` it was ended;
    `user`, what its user, its model and its roots were to say; `watched`, where canaries were."""
    TOLD = "told"
    """What the user of a client under test was told of a wish: `wish` (its number), `do`, `ok`, and
    `value` or `error`."""
    AUTHORIZATION = "authorization"
    """One step of a client under test on its way to a token, as `authorization_steps.py` has it:
    what it asked of a protected server or of its authorization server, and what came back. Secrets
    go by names such as "token-1", the same for the same secret."""


members_at_hand(Sender)
members_at_hand(EventKind)


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

    def fetched_for(self, label: str) -> bool:
        """Whether a canary saw it, in the name of a probe or of "probe/case"; "" is any."""
        canary = self.session.startswith(CANARIES)
        return canary and (not label or f"{self.probe}/".startswith(f"{label}/"))


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
    """The line of a header."""
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


def _line(members: dict[str, object]) -> bytes:
    try:
        return orjson.dumps(members) + b"\n"
    except orjson.JSONEncodeError:  # the name of a file need not be UTF-8
        return json.dumps(members, ensure_ascii=False).encode(errors="replace") + b"\n"


def _fields(record: Header | Event) -> dict[str, object]:
    return {name: getattr(record, name) for name in type(record).__slots__}


# Reading


def from_ndjson(lines: Iterable[bytes]) -> Transcript:
    """Read a transcript. A last line that was cut short is left out; any other fault raises.

    Raises:
        ValueError: the file is no transcript, of another version, or damaged before its end.
    """
    records = read_lines(lines)
    header = next(records)
    assert isinstance(header, Header)
    transcript = Transcript(header)
    for record in records:
        if isinstance(record, Event):
            transcript.append(record)
        else:
            transcript.header = record
    return transcript


def read_events(lines: Iterable[bytes]) -> Iterator[Event]:
    """Yield the events of a transcript one by one, as `from_ndjson` reads them.

    Raises:
        ValueError: as `from_ndjson` has it, when the damage is reached.
    """
    return (record for record in read_lines(lines) if isinstance(record, Event))


def read_lines(lines: Iterable[bytes]) -> Iterator[Header | Event]:
    """Yield what the lines are: a header first, then events, and headers that replace it.

    Raises:
        ValueError: as `from_ndjson` has it, when the damage is reached.
    """
    rows = enumerate(_bounded(lines), start=1)
    _, first = next(rows, (1, b""))
    header, migrations = _first(first)
    yield header
    last = -1
    for number, line in rows:
        try:
            record = read_line(line, last, migrations)
            last = record.seq if isinstance(record, Event) else last
        except ValueError as error:
            if line.endswith(b"\n"):
                raise ValueError(damage(number, error)) from error
        else:
            yield record


def read_line(line: bytes, last: int = -1, migrations: Iterable[Migration] = ()) -> Header | Event:
    """Return what one line after the first is; `last` is the number of the event before it.

    Raises:
        ValueError: it is neither an event that may follow nor a header.
    """
    record = _record(line, migrations)
    if isinstance(record, Event) and record.seq < last:
        what = f"event {record.seq} comes after event {last}"
        raise ValueError(f"{what}: are these two transcripts?")
    return record


def damage(number: int, why: object) -> str:
    """Say which line of a file is damaged, in the words of every reader."""
    return f"line {number} of the transcript is damaged: {why}"


def too_long(number: int, longest: int) -> str:
    """Say that of a line that has more bytes than are read."""
    return damage(number, f"it is longer than {longest} bytes")


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines, of a file as well, of which none fills the memory."""
    if isinstance(lines, BufferedIOBase | RawIOBase):
        file = lines
        lines = iter(lambda: file.readline(LONGEST_LINE + 1), b"")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise ValueError(too_long(number, LONGEST_LINE))
        yield line


def _first(line: bytes) -> tuple[Header, list[Migration]]:
    """Return the header of a file, and what its lines go through."""
    if not line:
        raise ValueError("not a transcript: the file is empty")
    version = parse(line).members.get("transcript")
    if version is None:
        raise ValueError("not a transcript: the first line is no header")
    versions = (*MIGRATIONS, FORMAT_VERSION)
    if type(version) is not int or version not in versions:
        known = " and ".join(map(str, versions))
        raise ValueError(f"transcript version {excerpt(str(version))}; this release reads {known}")
    migrations = [MIGRATIONS[earlier] for earlier in range(version, FORMAT_VERSION)]
    try:
        header = _record(line, migrations)
    except ValueError as error:
        raise ValueError(damage(1, error)) from error
    assert isinstance(header, Header)
    return header, migrations


def _record(line: bytes, migrations: Iterable[Migration]) -> Header | Event:
    told = parse(line)
    if told.fault:
        raise ValueError(told.fault)
    if not isinstance(told.value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  # what a file holds is a value
    members: Members = dict(told.value)
    for migrate in migrations:
        members = migrate(members)
    return _header(members) if "transcript" in members else _event(members)


def _header(members: Members) -> Header:
    del members["transcript"]
    _check(members, HEADER, {"peer", "side", "transport", "started"})
    members["side"] = _known(Sender, members, "side")
    if "dialect" in members:
        members["dialect"] = _known(Dialect, members, "dialect")
    return Header(**members)


def _event(members: Members) -> Event:
    message = _message(members.pop("raw", None), members.pop("raw64", None))
    _check(members, EVENT, {"seq", "at", "session", "channel", "sender", "kind"})
    members["sender"] = _known(Sender, members, "sender")
    members["kind"] = _known(EventKind, members, "kind")
    if members["kind"] is EventKind.MESSAGE and message is None:
        raise ValueError("a message has `raw` or `raw64`")
    return Event(**members, message=message)


def _known(names: type[Name], members: Members, member: str) -> Name:
    """Return what the text of a member names."""
    try:
        return names(members[member])
    except ValueError:
        shown = excerpt(members[member])
        raise ValueError(f"`{member}` is none of {', '.join(names)}: {shown}") from None


def _message(raw: object, raw64: object) -> Message | None:
    for name, value in (("raw", raw), ("raw64", raw64)):
        if not isinstance(value, str | None):
            raise ValueError(f"`{name}` is no text")  # noqa: TRY004  # likewise
    if isinstance(raw, str):
        return parse(raw.encode(errors="surrogatepass"))
    if isinstance(raw64, str):
        try:
            return parse(base64.b64decode(raw64, validate=True))
        except ValueError as error:
            raise ValueError(f"`raw64` is no Base64: {error}") from error
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_time(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value >= 0


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


Kinds: TypeAlias = Mapping[str, tuple[Callable[[object], bool], str]]
TEXT: Final = (_is_text, "text")
HEADER: Final[Kinds] = dict.fromkeys(("peer", "side", "transport", "started", "dialect"), TEXT)
EVENT: Final[Kinds] = {
    "seq": (_is_count, "whole number"),
    "at": (_is_time, "time in seconds"),
    "data": (_is_object, "object"),
    **dict.fromkeys(("session", "channel", "sender", "kind", "probe"), TEXT),
}


def _check(members: Members, kinds: Kinds, required: set[str]) -> None:
    """Say what is wrong with the members of a line.

    Raises:
        ValueError: something is.
    """
    for name, value in members.items():
        if name not in kinds:
            raise ValueError(f"it has a member that is not known: {excerpt(name)}")
        holds, what = kinds[name]
        if not holds(value):
            raise ValueError(f"`{name}` is no {what}")
    missing = required.difference(members)
    if missing:
        raise ValueError(f"it lacks {', '.join(f'`{name}`' for name in sorted(missing))}")
