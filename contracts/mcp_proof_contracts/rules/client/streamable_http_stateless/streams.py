"""Streamable HTTP, Receiving Messages: what clients make of streams that nobody resumes."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.answers import METHODS, compared, pairs
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    LAST_EVENT,
    SESSION,
    at_endpoint,
    fell_back,
    header,
    named,
)
from mcp_proof_contracts.transcript import Event, Sender
from mcp_proof_contracts.wire import Kind, encode, quote

RECEIVING: Final = "streamable-http#receiving-messages"
COMMENT: Final = ":"
OF_SESSIONS: Final = {SESSION: "Mcp-Session-Id", LAST_EVENT: "Last-Event-ID"}
GONE: Final = ("GET", "DELETE")


@rule(
    "h26-client-reissues-new-id",
    "MUST",
    RECEIVING,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="no stream broke before its answer, or the client did not ask again",
)
def reissues_new_id(read: Reading) -> Observations:
    """A request whose stream broke is sent again as a new one, with a new id.

    Streams are not resumed; to the server the first request is cancelled. Looked at: streams that
    ended without the answer, and later requests of the same method and params. That a client does
    not ask again is no finding: not every request may be done twice.
    """
    for lost in read.counterpart.exchanges():
        if not _was_lost(lost):
            continue
        again = next(_same_again(read, lost), None)
        if again is None:
            continue
        if encode(again.sent.message.id) != encode(lost.sent.message.id):
            yield Kept(again.sent.event)
        else:
            yield Finding(
                message=f"{lost.sent.message.method} was sent again with the id of a request "
                "whose stream broke",
                expected="a new id",
                actual=f"id {quote(again.sent.message.id)} again",
                events=(*lost.evidence, again.sent.event),
            )


@rule(
    "h26-client-ignores-sse-comments",
    "MUST",
    RECEIVING,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="no request was answered by a stream with comments and by one without",
)
def ignores_sse_comments(read: Reading) -> Observations:
    """Lines of an event stream that begin with a colon are passed over.

    Servers send them to keep the connection alive. Looked at: wishes for which the client sent the
    same request more than once and got the same result, by a stream with comments and by one
    without. Where its user was told of success by the one, it must be so by the other.
    """
    for do in METHODS:
        asked = pairs(read, do)
        yield from compared(asked, _commented, _uncommented, "an event stream with comments")


@rule(
    "h26-client-no-session-traffic",
    "implied",
    "streamable-http#earlier-streamable-http-revisions",
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="the client sent no request of this revision",
)
def no_session_traffic(read: Reading) -> Observations:
    """Clients send nothing of sessions and of resumption: no GET, no DELETE, none of their headers.

    This revision has neither. Looked at: every request to the endpoint. GET and DELETE of a client
    that has sent `initialize`, or was refused by HTTP before, may be meant for an older server.
    """
    refused = False
    for http in at_endpoint(read):
        older = refused or fell_back(read, http)
        refused = older or http.is_error
        headers = [name for key, name in OF_SESSIONS.items() if header(http, key) is not None]
        if older and (headers or http.method in GONE):
            continue
        if not headers and http.method not in GONE:
            yield Kept(http.request)
            continue
        with_headers = f" with {' and '.join(headers)}" if headers else ""
        yield Finding(
            message=f"the client sent a {named(http)}{with_headers}",
            expected="POST, without Mcp-Session-Id and Last-Event-ID",
            actual=f"{named(http)}{with_headers}",
            events=http.evidence,
        )


def _was_lost(exchange: Exchange) -> bool:
    """Whether the stream for a request ended, by no doing of the client, before the answer."""
    http = exchange.http
    return (
        exchange.sent.message.kind is Kind.REQUEST
        and http is not None
        and http.is_stream
        and http.end is not None
        and http.end.sender is Sender.SERVER
        and not any(answer.event.seq < http.end.seq for answer in exchange.answers)
    )


def _same_again(read: Reading, lost: Exchange) -> Iterator[Exchange]:
    """Yield the requests after a stream's end that ask for what was lost with it."""
    assert lost.http is not None
    assert lost.http.end is not None
    wanted = (lost.sent.message.method, _plain(lost))
    for other in read.counterpart.exchanges(lost.sent.message.method):
        later = other.sent.event.seq > lost.http.end.seq
        if later and (other.sent.message.method, _plain(other)) == wanted:
            yield other


def _plain(exchange: Exchange) -> JsonObject:
    return {name: v for name, v in exchange.sent.message.params.items() if name != "_meta"}


def _commented(exchange: Exchange) -> bool:
    return exchange.served and exchange.http is not None and _has_comment(exchange.http)


def _uncommented(exchange: Exchange) -> bool:
    http = exchange.http
    return exchange.served and http is not None and http.is_stream and http.body is None


def _has_comment(http: HttpExchange) -> bool:
    return http.is_stream and _is_comment(http.body)


def _is_comment(event: Event | None) -> bool:
    return event is not None and str(event.data.get("text", "")).startswith(COMMENT)
