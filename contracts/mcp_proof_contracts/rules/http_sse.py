"""Transports, HTTP with SSE (2024-11-05): one stream to listen on, one endpoint to POST to."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import Exchange, HttpExchange, Said
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.streamable_http.traffic import SUCCESS, carried, was_open
from mcp_proof_contracts.wire import Kind, id_key

PAGE: Final = "transports#http-with-sse"
UNTIL: Final = Revision.R2024_11_05
TRANSPORT: Final = "http+sse"
PROBE: Final = "second-sse-client"
NOT_THERE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE)
"""What is answered where nothing can be POSTed to; other refusals may be about who asks."""
NO_SECOND: Final = "no second client was served"


@rule(
    "sse-endpoint-get-stream",
    "MUST",
    PAGE,
    until=UNTIL,
    transport=TRANSPORT,
    otherwise="no connection was opened",
)
def endpoint_get_stream(read: Reading) -> Observations:
    """A GET of the SSE endpoint opens a stream of server-sent events.

    An `EventSource` gives up on any other content type, and then the client hears nothing. Looked
    at: every GET for events that was answered with success.
    """
    for http in _opened(read):
        if http.is_stream:
            yield Kept(http.request)
        else:
            yield Finding(
                message="the SSE endpoint does not open an event stream",
                expected="Content-Type: text/event-stream",
                actual=f"Content-Type: {http.content_type or '(none)'}",
                events=http.evidence[:2],
            )


@rule(
    "sse-endpoint-event-first",
    "MUST",
    PAGE,
    until=UNTIL,
    transport=TRANSPORT,
    otherwise="no connection was opened",
)
def endpoint_event_first(read: Reading) -> Observations:
    """An `endpoint` event comes when a client connects, before any message.

    Until it has come, a client knows no address to send anything to, not even an answer. Looked
    at: the first event of every stream that is one of the two; comments and events of other types
    may come at any time. A stream that the server ends without either is a finding as well.
    """
    for http in _opened(read):
        first = next(
            (e for e, said in carried(http) if said or e.data["event"] == "endpoint"), None
        )
        if first is not None and first.data["event"] == "endpoint":
            yield Kept(first)
        elif first is not None:
            yield Finding(
                message="a message came before the `endpoint` event",
                expected="an `endpoint` event first",
                actual=f"a `{first.data['event']}` event with a message",
                events=(*http.evidence[:2], first),
            )
        elif http.end is not None and http.end.data.get("how") == "complete":
            yield Finding(
                message="a stream ended without an `endpoint` event",
                expected="an `endpoint` event",
                actual=f"{len(http.sse)} other events, then the end of the stream",
                events=(*http.evidence[:2], http.end),
            )


@rule(
    "sse-endpoint-uri-usable",
    "MUST",
    PAGE,
    until=UNTIL,
    transport=TRANSPORT,
    probes=(PROBE,),
    otherwise="nothing was POSTed",
)
def endpoint_uri_usable(read: Reading) -> Observations:
    """The URI of the `endpoint` event takes the client's POSTs for as long as its stream is open.

    All that a client says goes there. Looked at: good messages that were POSTed to it, also by a
    second client: the answer 404, 405 or 410 while the stream is open says that nothing is there.
    Other refusals may have other reasons. A URI may be relative or absolute.
    """
    streams = {http.request.session: http for http in _opened(read)}
    for http in _posts(read):
        stream = streams.get(http.request.session)
        if http.status in SUCCESS:
            yield Kept(http.request)
        elif http.status in NOT_THERE and stream is not None and _outlasts(stream, http):
            yield Finding.about(
                http,
                message="the URI of the `endpoint` event takes no messages",
                expected="a POST is answered with success",
            )


@rule(
    "sse-messages-as-message-events",
    "MUST",
    PAGE,
    until=UNTIL,
    transport=TRANSPORT,
    otherwise="the server sent no message",
)
def messages_as_message_events(read: Reading) -> Observations:
    """Each message of the server is a `message` event whose data is that message as JSON.

    Clients listen for that type alone, which is also the type of an event without a name. Looked
    at: every event that carries JSON-RPC, and every `message` event with data. Other events mean
    nothing to MCP.
    """
    for http in _opened(read):
        for event, said in carried(http):
            if said is None:
                continue
            named = event.data.get("event") == "message"
            if named and said.event.message is not None and not said.event.message.fault:
                yield Kept(said.event)
            else:
                yield Finding(
                    message="the data of a `message` event is no JSON"
                    if named
                    else f"a message came as an event of type `{event.data.get('event')}`",
                    expected="a `message` event with the message as JSON",
                    actual=said.message.excerpt,
                    events=(event, said.event),
                )


@rule(
    "sse-responses-on-stream",
    "MUST",
    PAGE,
    until=UNTIL,
    transport=TRANSPORT,
    probes=(PROBE,),
    otherwise="no request was answered",
)
def responses_on_stream(read: Reading) -> Observations:
    """A request is answered on the event stream of the client that POSTed it.

    There a client waits for it; the body of the POST's response is read by nobody. Looked at: good
    requests whose POST was accepted and which were answered in its body alone, or on the stream
    of another client alone. An error in the body of a refused POST is no answer.
    """
    for http in _posts(read):
        sent = http.sent
        if sent is None or sent.sent.message.kind is not Kind.REQUEST or http.status not in SUCCESS:
            continue
        in_body = [said for said in sent.answers if said.event.channel == http.request.channel]
        if len(sent.answers) > len(in_body):
            if not in_body:
                yield Kept(sent.answers[0].event)
        elif in_body or (sent.probe == PROBE and _elsewhere(read, sent)):
            where = "in the response to its POST" if in_body else "on another client's stream"
            yield Finding(
                message=f"{sent.sent.message.method} was answered {where}",
                expected="the answer as an event on the client's stream",
                actual=sent.outcome,
                events=(http.request, *sent.evidence, *(s.event for s in _elsewhere(read, sent))),
            )


@rule(
    "sse-multiple-clients-isolated",
    "implied",
    PAGE,
    until=UNTIL,
    transport=TRANSPORT,
    probes=(PROBE,),
    otherwise=NO_SECOND,
)
def multiple_clients_isolated(read: Reading) -> Observations:
    """What one client asked is answered on its own stream only.

    The server handles several connections, and what one asks may be no other's business. Looked
    at: two clients that are connected at once, each of which asks by an id that the other never
    had; a later answer on each stream proves that nothing else was on its way.
    """
    then = {e.sent.event.session for e in read.stimuli(PROBE, "then") if e.served}
    for exchange in read.stimuli(PROBE, "asked"):
        if exchange.answer is None:
            continue
        if astray := _elsewhere(read, exchange):
            yield Finding(
                message="the answer to one client came on the stream of another as well",
                expected="an answer on the stream of the client that asked",
                actual=astray[0].message.excerpt,
                events=(*exchange.evidence, *(said.event for said in astray)),
            )
        elif len(then) > 1:
            yield Kept(exchange.answer.event)


def _opened(read: Reading) -> Iterator[HttpExchange]:
    """The GETs by which clients connected."""
    for http in read.http():
        wanted = "text/event-stream" in str(http.request_headers.get("accept"))
        if http.method == "GET" and wanted and http.status in SUCCESS:
            yield http


def _posts(read: Reading) -> Iterator[HttpExchange]:
    """The POSTs of good messages."""
    for http in read.http():
        if http.method != "POST" or http.sent is None or http.probe not in (*ORDINARY, PROBE):
            continue
        if http.sent.is_good_request or http.sent.sent.message.kind is Kind.NOTIFICATION:
            yield http


def _outlasts(stream: HttpExchange, post: HttpExchange) -> bool:
    """Whether a stream was still open when a POST was answered."""
    return post.response is not None and was_open(stream, post.response)


def _elsewhere(read: Reading, exchange: Exchange) -> list[Said]:
    """The responses in other sessions with the id of a request, which no other has had there."""
    wanted, session = id_key(exchange.sent.message.id), exchange.sent.event.session
    if exchange.probe != PROBE or exchange.case != "asked":
        return []
    return [
        said
        for kind in (Kind.RESULT, Kind.ERROR)
        for said in read.messages(kind)
        if said.event.session != session and id_key(said.message.id) == wanted
    ]
