"""HAR 1.2, as browsers and proxies export it: HTTP exchanges, of which those of a server are taken.

A HAR is of everything that a page did. What belongs to a server is known by its messages, or by
paths that one dialect alone has; the rest is left out.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from mcp_proof.record.foreign.har_entry import Entry, entry_of
from mcp_proof.record.foreign.place import MalformedError, Place
from mcp_proof.recorder import shown_url
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.contextframe import ENDPOINT
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.transcript import Header, Sender, Transcript
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.journal.rows import PIECE, REQUEST, RESPONSE, Row, end_row, events_of

SESSION: Final = "mcp-session-id"
PREFLIGHT: Final = "OPTIONS"
LEGACY: Final = b"event: endpoint"
"""What a stream of HTTP+SSE begins with: it says where to send."""
BY_PATH: Final = (
    (DISCOVER, Dialect.REST),
    (EXECUTE, Dialect.REST),
    (ENDPOINT, Dialect.CONTEXTFRAME),
)
"""Ends of paths that one dialect alone has."""


def is_har(document: Place) -> bool:
    """Whether a document looks like one."""
    return document.has("log") and isinstance(document.at("log").value, dict)


def har(document: Place) -> Transcript:
    """Return what it recorded of the one server in it.

    Raises:
        MalformedError: it is damaged, or holds no server, or several.
    """
    log = document.at("log")
    entries = [entry_of(place) for place in log.at("entries").items]
    entries = [entry for entry in entries if entry.method != PREFLIGHT]
    dialect = _dialect(entries)
    mine = sorted(_of_one_server(entries, dialect), key=lambda entry: entry.began)
    first = mine[0]
    over_sse = any(entry.is_stream and LEGACY in entry.came[:1000] for entry in mine)
    address = first.endpoint if dialect is Dialect.MCP else first.origin
    header = Header(
        peer=shown_url(address),
        side=Sender.SERVER,
        transport="http+sse" if over_sse and dialect is Dialect.MCP else "http",
        started=first.began.isoformat(timespec="seconds"),
        dialect=dialect,
    )
    rows = sorted(_rows(mine, dialect, one=over_sse), key=lambda row: row[1])
    return Transcript(header, events_of(rows, 0.0))


def _dialect(entries: Sequence[Entry]) -> Dialect:
    for entry in entries:
        for end, dialect in BY_PATH:
            if entry.url.path.endswith(end) and entry.status:
                return dialect
    talks = [entry for entry in entries if _is_json_rpc(entry)]
    if any(_is_of_mcp(entry) for entry in talks):
        return Dialect.MCP
    if talks and any(entry.url.path.endswith(DOCUMENT) for entry in entries):
        return Dialect.OPENAPI_JSONRPC
    if not talks and any(SERVERS in entry.url.path and _is_json(entry) for entry in entries):
        return Dialect.GATEWAY
    return Dialect.MCP


def _of_one_server(entries: Sequence[Entry], dialect: Dialect) -> list[Entry]:
    """Return what was said to the server, and by it."""
    if dialect is Dialect.GATEWAY:
        talks = [entry for entry in entries if SERVERS in entry.url.path]
    elif dialect is Dialect.REST:
        talks = [entry for entry in entries if entry.url.path.endswith((DISCOVER, EXECUTE))]
    else:
        talks = [entry for entry in entries if _is_json_rpc(entry)]
    if not talks:
        raise MalformedError("/log/entries: no request in it is one of MCP or of another dialect")
    of_mcp = dialect is Dialect.MCP
    places = sorted({entry.endpoint if of_mcp else entry.origin for entry in talks})
    if len(places) > 1:
        raise MalformedError(
            f"/log/entries: it is of several servers, {', '.join(map(shown_url, places))}; export "
            "the requests to one of them"
        )
    if not of_mcp:
        return [entry for entry in entries if entry.origin == places[0] and _is_data(entry)]
    return [
        entry
        for entry in entries
        if entry.endpoint == places[0] or (entry.origin == talks[0].origin and entry.is_stream)
    ]


def _rows(entries: Sequence[Entry], dialect: Dialect, *, one: bool) -> Iterator[Row]:
    """Yield what happened, in the form of a journal."""
    began, sessions = entries[0].began, Sessions(dialect, one=one)
    for number, entry in enumerate(entries, start=1):
        at = (entry.began - began).total_seconds()
        session, channel = sessions.of(entry), f"{entry.method.lower()}-{number}"
        path = f"{entry.url.path or '/'}{'?' if entry.url.query else ''}{entry.url.query}"
        body = entry.sent.decode("latin-1")
        yield REQUEST, at, session, channel, entry.method, path, entry.fields, body
        end = round(at + entry.took, 6)
        if not entry.status:
            yield end_row(end, session, channel, "broken", Sender.SERVER)
            continue
        head, came = round(at + entry.waited, 6), entry.came.decode("latin-1")
        if not entry.is_stream:
            yield RESPONSE, end, session, channel, entry.status, entry.headers, came, False
            continue
        yield RESPONSE, head, session, channel, entry.status, entry.headers, "", True
        if came:
            yield PIECE, end, session, channel, came
        yield end_row(end, session, channel, "complete", Sender.SERVER)


class Sessions:
    """Tells sessions apart: by their ids, and where there are none by where each begins."""

    def __init__(self, dialect: Dialect, *, one: bool) -> None:
        self._prefix = "session" if dialect is Dialect.MCP else dialect.value
        self._one = one or dialect is not Dialect.MCP
        self._numbers = count(1)
        self._names: dict[str, str] = {}
        self._last = ""

    def of(self, entry: Entry) -> str:
        """Return the name of the session to which an entry belongs."""
        given = entry.header(SESSION)
        if not self._one and given in self._names and given:
            return self._names[given]
        begins = _method(entry) == OPENINGS[0] and not self._one
        if begins or not self._last or (given and not self._one):
            self._last = f"{self._prefix}-{next(self._numbers)}"
        for name in (given, entry.headers.get(SESSION, "")):
            if name:
                self._names[name] = self._last
        return self._last


def _is_json_rpc(entry: Entry) -> bool:
    value = entry.message.value if entry.method == "POST" and entry.sent else None
    return any(as_object(each).get("jsonrpc") == "2.0" for each in as_list(value) or [value])


def _is_of_mcp(entry: Entry) -> bool:
    meta = as_object(entry.message.params.get("_meta"))
    return _method(entry) in OPENINGS or META_VERSION in meta or bool(entry.header(SESSION))


def _method(entry: Entry) -> str:
    return entry.message.method if entry.sent else ""


def _is_json(entry: Entry) -> bool:
    return entry.headers.get("content-type", "").startswith("application/json")


def _is_data(entry: Entry) -> bool:
    """Whether an entry is no page, script or picture."""
    return _is_json(entry) or entry.is_stream or entry.method != "GET"
