"""Transports, Streamable HTTP: the event streams that answer a POST."""

from mcp_proof_contracts.exchange import Exchange, HttpExchange, Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http.traffic import (
    CHANGES,
    SUCCESS,
    carried,
    request_streams,
)
from mcp_proof_contracts.wire import PROGRESS, Kind

RECEIVING = "streamable-http#receiving-messages"
LINGER = 2.0
"""Seconds after the response from which on an open stream counts as left open."""
PROPER = (Kind.REQUEST, Kind.NOTIFICATION, Kind.RESULT, Kind.ERROR)


@rule(
    "http-sse-event-format",
    "implied",
    RECEIVING,
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no event with data was received",
)
def sse_event_format(read: Reading) -> Observations:
    """The data of each message event is one JSON-RPC message, and the stream is UTF-8.

    A client hands the data of an event to its JSON-RPC parser as it is. Looked at: every event of
    type `message` on every stream, parsed by the WHATWG algorithm: comments, other event types,
    events with only an id or a retry time, empty data and any line end are fine. In 2025-03-26 an
    event may carry a batch. What an object with `jsonrpc` lacks is for the rules of messages.
    """
    proper = (*PROPER, Kind.BATCH) if read.revision.features.batches else PROPER
    for http in read.http():
        for event, said in carried(http) if http.sse else ():
            message = said.event.message if said is not None else None
            if said is None or message is None or event.data.get("event") != "message":
                continue
            if message.kind in proper:
                yield Kept(said.event)
            elif "jsonrpc" not in message.members:
                yield Finding(
                    message="an event's data is not one JSON-RPC message",
                    expected="one JSON-RPC request, notification or response",
                    actual=message.fault or message.excerpt,
                    events=(*http.evidence[:2], event, said.event),
                )
        if http.is_stream and http.end is not None and "Unicode" in str(http.end.data["detail"]):
            yield Finding(
                message="an event stream is not UTF-8",
                expected="UTF-8",
                actual=str(http.end.data["detail"]),
                events=http.evidence,
            )


@rule(
    "http-sse-response-arrives",
    "SHOULD",
    RECEIVING,
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no request was answered by an event stream",
)
def sse_response_arrives(read: Reading) -> Observations:
    """The event stream that answers a request brings its response before it ends.

    Otherwise the client waits for something that never comes. Looked at: every stream that the
    server ended. A response that came after the stream was resumed counts, a cancelled request
    needs none, and a stream whose events have ids may still be resumed later.
    """
    for http, sent in request_streams(read):
        if sent.answer is not None:
            yield Kept(sent.answer.event)
        elif not _ended(http) or read.cancelled(sent) or sent.strays:
            continue
        elif any(event.data.get("id") for event in http.sse):
            yield Untested("a stream ended without its response, but it can be resumed")
        else:
            yield Finding(
                message=f"the stream for {sent.sent.message.method} ended without its response",
                expected="a response before the stream ends",
                actual=f"{len(http.answers)} other messages, then the end of the stream",
                events=(sent.sent.event, *http.evidence),
            )


@rule(
    "http-sse-closed-after-response",
    "SHOULD",
    RECEIVING,
    since=Revision.R2025_03_26,
    transport="http",
    probes=("stream-left-open",),
    otherwise="no request was answered by an event stream",
)
def sse_closed_after_response(read: Reading) -> Observations:
    """The event stream that answers a request is closed after the response.

    A stream left open costs both sides a connection per request. Looked at: every stream that
    brought its response; it counts as left open when it was not closed two seconds later.
    """
    for http, sent in request_streams(read):
        answer = next((said for said in http.answers if said in sent.answers), None)
        if answer is None or http.end is None:
            continue
        if _ended(http):
            yield Kept(http.end)
        elif (seconds := http.end.at - answer.event.at) >= LINGER:
            yield Finding(
                message=f"the stream for {sent.sent.message.method} stayed open after its response",
                expected="the server closes the stream after the response",
                actual=f"open for {seconds:.1f} s more, until the client closed it",
                events=(sent.sent.event, answer.event, http.end),
            )


@rule(
    "http-sse-not-closed-early",
    "SHOULD NOT",
    RECEIVING,
    since=Revision.R2025_03_26,
    until=Revision.R2025_06_18,
    transport="http",
    otherwise="no request was answered by an event stream",
)
def sse_not_closed_early(read: Reading) -> Observations:
    """The event stream that answers a request is not closed before the response.

    Up to 2025-06-18 a client need not expect that it must reconnect (2025-11-25 allows it). Looked
    at: every stream that the server ended, in a session that was served afterwards; a cancelled
    request needs no response.
    """
    for http, sent in request_streams(read):
        if any(said in sent.answers for said in http.answers):
            yield Kept(http.request)
        elif _ended(http) and not read.cancelled(sent) and not sent.strays:
            if not _lives_on(read, http):
                yield Untested("a stream was closed early, and the session may have expired")
                continue
            yield Finding(
                message=f"the stream for {sent.sent.message.method} closed before its response",
                expected="a stream that stays open until the response is sent",
                actual=f"{len(http.answers)} messages, then the end of the stream",
                events=(sent.sent.event, *http.evidence),
            )


@rule(
    "http-sse-related-messages-only",
    "SHOULD",
    RECEIVING,
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no notification came on the stream of a request",
)
def sse_related_messages_only(read: Reading) -> Observations:
    """What comes on the event stream of a request relates to that request.

    The stream ends with its request, so what belongs elsewhere is lost or misread. Looked at:
    progress for the token of another request, and change notifications. Before 2026-07-28 a tool
    call may be what caused a change, so there its stream may tell of it. The stream of
    `subscriptions/listen` is left out; other notifications do not show what they belong to.
    """
    for http, sent in request_streams(read):
        for said in http.answers:
            problem = _unrelated(read, sent, said)
            if problem:
                yield Finding(
                    message=f"{problem} came on the stream of {sent.sent.message.method}",
                    expected="only messages that relate to the originating request",
                    actual=said.message.excerpt,
                    events=(sent.sent.event, said.event),
                )
            elif _token(said) is not None and _token(said) == sent.sent.message.progress_token:
                yield Kept(said.event)


@rule(
    "http-multiple-streams",
    "implied",
    "streamable-http#multiple-connections",
    since=Revision.R2025_03_26,
    transport="http",
    probes=("concurrent-posts",),
    otherwise="concurrent requests were not answered by event streams",
)
def multiple_streams(read: Reading) -> Observations:
    """A second POST stream is served while the first is open.

    A client may remain connected to several streams, and has more than one request running.
    Looked at: the same request twice at once, where it is served alone. Answers by plain JSON open
    no stream and prove nothing.
    """
    if not all(exchange.served for exchange in read.stimuli("concurrent-posts", "alone")):
        yield Untested("the request was not served even alone")
        return
    together = list(read.stimuli("concurrent-posts", "together"))
    for exchange in together:
        if exchange.served and exchange.http is not None and exchange.http.is_stream:
            yield Kept(exchange.sent.event)
        elif exchange.is_http_error or (exchange.silence and exchange.silence.data.get("alive")):
            yield Finding(
                message="a request was not served while another one was running",
                expected="a result for each of two concurrent requests",
                actual=exchange.outcome,
                events=tuple(event for each in together for event in each.evidence),
            )


def _ended(http: HttpExchange) -> bool:
    """Whether the server, not the client, ended the response."""
    return http.end is not None and http.end.data.get("how") in ("complete", "broken")


def _lives_on(read: Reading, ended: HttpExchange) -> bool:
    """Whether the session was still served after this response had ended."""
    return any(
        http.method == "POST"
        and http.request.session == ended.request.session
        and ended.end is not None
        and http.request.seq > ended.end.seq
        and http.status in SUCCESS
        for http in read.http()
    )


def _unrelated(read: Reading, sent: Exchange, said: Said) -> str:
    """What is wrong with a message on the stream of `sent`, or ""."""
    method = said.message.method
    if method in CHANGES and said.message.kind is Kind.NOTIFICATION:
        may_cause = read.revision.era is Era.STATEFUL and sent.sent.message.method == "tools/call"
        return "" if may_cause else f"`{method}`"
    token = _token(said)
    if token is None or token == sent.sent.message.progress_token:
        return ""
    for other in read.exchanges():
        same_session = other.sent.event.session == sent.sent.event.session
        is_task = "task" in other.sent.message.params  # its progress goes on after the request
        if same_session and other.sent.message.progress_token == token and not is_task:
            return f"progress for the request with token {token!r}"
    return ""


def _token(said: Said) -> Json:
    return said.message.progress_token if said.message.method == PROGRESS else None
