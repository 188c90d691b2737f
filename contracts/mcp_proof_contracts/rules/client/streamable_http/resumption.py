"""Transports, Streamable HTTP, Resumability and Redelivery: how clients go on with a stream."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, told_after
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    GRACEFUL,
    LAST_EVENT,
    NOT_FOUND,
    SESSION,
    Stream,
    answer_of,
    at_endpoint,
    closed_early,
    has_event,
    header,
    last_id,
)
from mcp_proof_contracts.transcript import Event, Sender
from mcp_proof_contracts.wire import quote

SENDING: Final = "streamable-http#sending-messages"
RESUMING: Final = "streamable-http#resumability-and-redelivery"
EARLY: Final = 0.1
"""The part of the time by which a client may come earlier: timers are not exact."""
LEAST: Final = 0.02
"""Seconds that it may come earlier in any case."""
BRIEF: Final = 1.0
"""Seconds that a stream lasts on which no client loses patience, so that it read it to its end."""


@rule(
    "http-client-respects-retry",
    "MUST",
    SENDING,
    side="client",
    since=Revision.R2025_11_25,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no stream was resumed that said how long to wait",
)
def respects_retry(read: Reading) -> Observations:
    """Before it resumes a stream, the client waits as long as its `retry` field says.

    So servers keep clients from coming all at once. Looked at: the time from the end of a stream
    that the server closed, with a `retry` field on it, to the GET with the id of its last event.
    A tenth of the time, or 20 ms, is granted to timers; coming later is right.
    """
    for stream, resumption in _resumptions(read):
        retries = [e.data.get("retry") for e in stream.sse if e.data.get("retry") is not None]
        wanted = retries[-1] if retries else None
        if not isinstance(wanted, int) or not _closed_by_server(stream):
            continue
        assert stream.end is not None
        waited = resumption.request.at - stream.end.at
        if waited >= wanted / 1000 - max(EARLY * wanted / 1000, LEAST):
            yield Kept(resumption.request)
        else:
            yield Finding(
                message=f"a stream was resumed {1000 * waited:.0f} ms after its end",
                expected=f"{wanted} ms, as its `retry` field said",
                actual=f"{1000 * waited:.0f} ms",
                events=(*stream.sse[-1:], stream.end, resumption.request),
            )


@rule(
    "http-client-reconnects-after-close",
    "SHOULD",
    SENDING,
    side="client",
    since=Revision.R2025_11_25,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no stream with event ids was closed before its answer came",
)
def reconnects_after_close(read: Reading) -> Observations:
    """A client resumes the stream of a request that the server closes before the answer is there.

    Servers do that so as not to hold connections that nothing comes on; a client that takes it for
    a failure loses the answer. Looked at: streams whose events have ids, closed in good order. That
    one was not resumed is told of clients that came to their own end and had not cancelled the
    request, of streams that lasted less than a second. A session that was refused, or ended before
    its time without a failure that the user heard of, is left out.
    """
    for stream in _paused(read):
        resumed = [get for get in _resuming(read) if _of_stream(get, stream)]
        if resumed:
            yield Kept(resumed[0].request)
        elif ended_by_itself(read) and _brief(stream) and not _explained(read, stream):
            assert stream.end is not None
            yield Finding(
                message="a stream that was closed before the answer was not resumed",
                expected=f"GET with Last-Event-ID: {last_id(stream)}",
                actual="no such GET",
                events=(*stream.evidence[:2], *stream.sse[-1:], stream.end),
            )


@rule(
    "http-client-last-event-id",
    "SHOULD",
    RESUMING,
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no stream with event ids was resumed",
)
def last_event_id(read: Reading) -> Observations:
    """A stream is resumed with `Last-Event-ID`, which names the last event that came.

    With another id, or none, the server replays too much, too little or nothing. Looked at: every
    GET with the header, beside the events of all streams; and a GET without it while a listening
    stream is open already, and the stream of a request was closed before its answer. Where a
    connection broke, an earlier event of the stream may be the last that came.
    """
    for get in _resuming(read):
        yield _judged_id(read, get)
    for stream in _paused(read):
        resumed = any(_of_stream(get, stream) for get in _resuming(read))
        bare = next((get for get in _gets_after(read, stream) if _is_extra(read, get)), None)
        if not resumed and bare is not None:
            yield Finding(
                message="a stream was to be resumed without Last-Event-ID",
                expected=f"Last-Event-ID: {last_id(stream)}",
                actual="no Last-Event-ID",
                events=(*stream.evidence[:2], *stream.sse[-1:], bare.request),
            )


def _judged_id(read: Reading, get: HttpExchange) -> Kept | Finding:
    given = header(get, LAST_EVENT) or ""
    stream = _stream_before(read, get, given)
    if stream is None:
        return _wrong_id(get, "which no event had", "the id of the last event that came", ())
    if given != last_id(stream) and _closed_by_server(stream) and _brief(stream):
        last = f"Last-Event-ID: {last_id(stream)}"
        return _wrong_id(get, "after which another event came", last, stream.sse[-1:])
    return Kept(get.request)


def _wrong_id(
    get: HttpExchange, what: str, expected: str, events: list[Event] | tuple[Event, ...]
) -> Finding:
    given = quote(header(get, LAST_EVENT))
    return Finding(
        message=f"Last-Event-ID is {given}, {what}",
        expected=expected,
        actual=f"Last-Event-ID: {given}",
        events=(*events, get.request),
    )


def _resumptions(read: Reading) -> Iterator[tuple[Stream, HttpExchange]]:
    """Yield each GET that goes on with a stream, behind that stream."""
    for get in _resuming(read):
        stream = _stream_before(read, get, header(get, LAST_EVENT) or "")
        if stream is not None:
            yield stream, get


def _resuming(read: Reading) -> list[HttpExchange]:
    return [http for http in _gets(read) if header(http, LAST_EVENT) is not None]


def _gets(read: Reading) -> list[HttpExchange]:
    return [http for http in at_endpoint(read) if http.method == "GET"]


def _gets_after(read: Reading, stream: Stream) -> list[HttpExchange]:
    """The GETs after a stream's end that resume nothing."""
    assert stream.end is not None
    own, seq = stream.request.session, stream.end.seq
    gets = [get for get in _gets(read) if header(get, LAST_EVENT) is None]
    return [get for get in gets if get.request.session == own and get.request.seq > seq]


def _is_extra(read: Reading, get: HttpExchange) -> bool:
    """Whether the client listens already when it sends a GET."""
    return any(
        other.is_stream
        and header(other, LAST_EVENT) is None
        and other.response is not None
        and other.request.session == get.request.session
        and other.response.seq < get.request.seq
        and (other.end is None or other.end.seq > get.request.seq)
        for other in _gets(read)
    )


def _stream_before(read: Reading, get: HttpExchange, event_id: str) -> Stream | None:
    """The last stream before a GET on which an event had this id."""
    found = None
    for http in at_endpoint(read):
        if http.request.seq < get.request.seq and has_event(http, event_id):
            found = http
    return found


def _paused(read: Reading) -> list[Stream]:
    """The streams of requests that the server closed in good order before the answer, with ids."""
    return [
        http
        for http in at_endpoint(read)
        if closed_early(http) and last_id(http) and _closed_by_server(http)
    ]


def _closed_by_server(stream: Stream) -> bool:
    end = stream.end
    return end is not None and end.sender is Sender.SERVER and end.data.get("how") == GRACEFUL


def _brief(stream: Stream) -> bool:
    return stream.end is not None and stream.end.at - stream.request.at < BRIEF


def _of_stream(get: HttpExchange, stream: Stream) -> bool:
    """Whether a GET goes on with a stream, or tries to: whichever of its ids it names."""
    named = header(get, LAST_EVENT) or ""
    return get.request.seq > stream.request.seq and has_event(stream, named)


def _explained(read: Reading, stream: Stream) -> bool:
    """Whether the answer was no longer wanted, could not be got, or was sought by another GET."""
    sent = stream.sent
    assert sent is not None
    if read.counterpart.cancelled(sent) or answer_of(stream) is not None:
        return True
    if _gets_after(read, stream):
        return True
    ours = [http for http in at_endpoint(read) if header(http, SESSION) == header(stream, SESSION)]
    failed = any(not each.ok for each in told_after(read, sent.sent.event))
    deleted = [http for http in ours if http.method == "DELETE"]
    return any(http.status == NOT_FOUND for http in ours) or any(
        _soon(http, stream) and not (failed and _after(http, stream)) for http in deleted
    )


def _after(http: HttpExchange, stream: Stream) -> bool:
    return stream.end is not None and http.request.seq > stream.end.seq


def _soon(http: HttpExchange, stream: Stream) -> bool:
    """Whether a session was ended before its stream could be resumed, or had ended."""
    retries = [e.data.get("retry") for e in stream.sse if e.data.get("retry") is not None]
    wanted = retries[-1] if retries and isinstance(retries[-1], int) else 0
    assert stream.end is not None
    return not _after(http, stream) or http.request.at - stream.end.at < wanted / 1000
