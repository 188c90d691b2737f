"""Transports, Streamable HTTP: Resumability and Redelivery, and the event that prepares it."""

from collections import defaultdict
from collections.abc import Iterator

from mcp_proof_contracts.exchange import Exchange, HttpExchange, Said
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http.traffic import (
    SUCCESS,
    carried,
    request_streams,
    resumes,
    session_of,
)
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import PROGRESS, id_key

RESUMING = "streamable-http#resumability-and-redelivery"
PROBE = "resume"


@rule(
    "http-sse-priming-event",
    "SHOULD",
    "streamable-http#sending-messages",
    since=Revision.R2025_11_25,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no stream had events with ids: the server offers no resumption",
)
def sse_priming_event(read: Reading) -> Observations:
    """The event stream that answers a request begins with an event of an id and empty data.

    With that id the client can reconnect even when nothing else has arrived. Looked at: the first
    event of each stream whose events have ids. A server whose events have none offers no
    resumption and has nothing to prime, and while `initialize` is answered nobody has agreed on a
    revision that has priming.
    """
    for http, sent in request_streams(read):
        has_ids = any(event.data.get("id") for event in http.sse)
        if not has_ids or sent.sent.message.method == "initialize":
            continue
        first, message = next(carried(http))
        if first.data.get("id") and message is None:
            yield Kept(first)
        else:
            yield Finding(
                message=f"the stream for {sent.sent.message.method} began with a message",
                expected="a first event with an id and empty data",
                actual=f"a first event with id {first.data.get('id')!r} and data",
                events=(*http.evidence[:2], first),
            )


@rule(
    "http-event-id-unique",
    "MUST",
    RESUMING,
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="fewer than two events of a session had an id",
)
def event_id_unique(read: Reading) -> Observations:
    """No two events of a session have the same id, on whatever streams they come.

    The id alone tells the server what a client has missed. Looked at: the ids of all events of
    each session; what a resumed stream replays keeps its ids and is left out.
    """
    sessions = defaultdict[str, dict[str, Event]](dict[str, Event])
    for http in read.http():
        known = sessions[session_of(http)]
        for event in http.sse if not resumes(http) else ():
            event_id = event.data.get("id")
            if not event_id:
                continue
            if (earlier := known.get(str(event_id))) is not None:
                yield Finding(
                    message="two events of one session have the same id",
                    expected="ids that are unique across all streams of the session",
                    actual=f"id {event_id!r} on {earlier.channel} and on {event.channel}",
                    events=(earlier, event),
                )
            elif known:
                yield Kept(event)
            known.setdefault(str(event_id), event)


@rule(
    "http-event-id-encodes-stream",
    "SHOULD",
    RESUMING,
    since=Revision.R2025_11_25,
    until=Revision.R2025_11_25,
    transport="http",
    probes=(PROBE,),
    otherwise="no stream was replayed",
)
def event_id_encodes_stream(read: Reading) -> Observations:
    """From an event id the server knows the stream, though another came after it.

    Otherwise a client that lost its connection loses what it missed. Looked at: one stream resumed
    after its first event, alone and again after another stream. A server that replays it only the
    first time cannot tell streams apart by the id; one that never does offers no resumption.
    """
    alone, later = (list(read.http(PROBE, case)) for case in ("alone", "after-another"))
    if not any(_replayed(read, http) for http in alone):
        return
    for http in later:
        origin = _resumed(read, http)
        if any(_home(read, http, said) not in (None, origin) for said in http.answers):
            yield Untested("the replay mixed streams, of which another rule speaks")
        elif _replayed(read, http):
            yield Kept(http.request)
        else:
            yield Finding(
                message="a stream was found by its event id only until another stream came",
                expected="the messages that came after the event, as before",
                actual=f"HTTP {http.status}, {len(http.answers)} messages",
                events=(*http.evidence, *(said.event for said in http.answers)),
            )


@rule(
    "http-resume-same-stream-only",
    "MUST NOT",
    RESUMING,
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    probes=(PROBE,),
    otherwise="no stream was replayed",
)
def resume_same_stream_only(read: Reading) -> Observations:
    """A resumed stream replays no message of another stream.

    Otherwise a client gets again what it already has, out of place. Looked at: every message on a
    resumed stream that shows where it belongs: by its event id, as a response by the request it
    answers, as progress by its token. A server may replay nothing.
    """
    for http in _resumptions(read):
        origin = _resumed(read, http)
        for said in http.answers if origin is not None else ():
            home = _home(read, http, said)
            if home is None or home.request.seq > http.request.seq:
                continue
            if home is origin:
                yield Kept(said.event)
            else:
                yield Finding(
                    message="a resumed stream replayed a message of another stream",
                    expected=f"only what follows on {http.request_headers.get('last-event-id')!r}",
                    actual=said.message.excerpt,
                    events=(http.request, said.event, home.request),
                )


def _resumptions(read: Reading) -> Iterator[HttpExchange]:
    return (h for h in read.http() if resumes(h) and h.is_stream and h.status in SUCCESS)


def _replayed(read: Reading, http: HttpExchange) -> list[Said]:
    """The messages on a resumed stream that belong to the stream it resumes."""
    origin = _resumed(read, http)
    return [said for said in http.answers if origin and _home(read, http, said) is origin]


def _resumed(read: Reading, http: HttpExchange) -> HttpExchange | None:
    """The stream on which the event was received that a GET asks to go on from."""
    return _stream_of_event(read, http, http.request_headers.get("last-event-id"))


def _stream_of_event(read: Reading, http: HttpExchange, event_id: object) -> HttpExchange | None:
    for other in read.http():
        same = session_of(other) == session_of(http) and not resumes(other)
        if same and any(event.data.get("id") == event_id for event in other.sse):
            return other
    return None


def _home(read: Reading, http: HttpExchange, said: Said) -> HttpExchange | None:
    """The stream that a replayed message belongs to, as far as it shows."""
    for event in http.sse:
        if event.seq + 1 == said.event.seq and event.data.get("id"):
            known = _stream_of_event(read, http, event.data.get("id"))
            if known is not None:
                return known
    owners = [exchange for exchange in read.exchanges() if _belongs(said, exchange)]
    return owners[0].http if len(owners) == 1 else None


def _belongs(said: Said, exchange: Exchange) -> bool:
    """Whether a message is the response to a request, or its progress."""
    message, sent = said.message, exchange.sent
    if said.event.session != sent.event.session:
        return False
    if message.is_response:
        return id_key(message.id) == id_key(sent.message.id)
    token = message.progress_token
    is_progress = message.method == PROGRESS and token is not None
    return is_progress and token == sent.message.progress_token
