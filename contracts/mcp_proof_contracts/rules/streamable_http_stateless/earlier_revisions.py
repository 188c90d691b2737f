"""Streamable HTTP, Earlier Streamable HTTP Revisions: sessions, GET and resumption are gone."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http_stateless.comparison import (
    BYSTANDERS,
    accepted,
    unjudged,
    variants,
)
from mcp_proof_contracts.rules.streamable_http_stateless.other_eras import (
    PROBE,
    legacy_revisions,
)

PAGE: Final = "streamable-http#earlier-streamable-http-revisions"
SINCE: Final = Revision.R2026_07_28
SESSION_HEADER: Final = "mcp-session-id"


@rule(
    "h26-get-delete-405",
    "SHOULD",
    PAGE,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="no GET or DELETE was answered",
)
def get_delete_405(read: Reading) -> Observations:
    """A server of this revision alone answers GET and DELETE with 405.

    It tells a client of an earlier revision that there is no stream to listen to and no session
    to end. A server that serves earlier revisions too has use for both and is not judged, nor is
    one that takes GET for the HTTP+SSE transport of 2024-11-05.
    """
    legacy = legacy_revisions(read)
    for exchange in read.http(PROBE):
        if exchange.case not in ("get", "delete"):
            continue
        if legacy is None or exchange.status is None or exchange.status in BYSTANDERS:
            yield Untested("what the server serves could not be seen")
        elif legacy or _is_http_sse(exchange):
            yield Untested("the server also serves earlier revisions")
        elif exchange.status == HTTPStatus.METHOD_NOT_ALLOWED:
            yield Kept(exchange.request)
        else:
            yield Finding(
                message=f"{exchange.method} was answered with status {exchange.status}",
                expected="HTTP 405",
                actual=f"HTTP {exchange.status}",
                events=exchange.evidence,
            )


@rule(
    "h26-no-session-id",
    "SHOULD",
    PAGE,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="no request was answered",
)
def no_session_id(read: Reading) -> Observations:
    """The server neither gives out an `Mcp-Session-Id` nor minds one it is sent.

    Sessions are no part of this revision; an id makes a client of an earlier one believe that
    there is state to keep. Looked at: the responses to requests of this revision, and a good
    request with an id that nobody gave, unless the server serves earlier revisions too.
    """
    for exchange in read.http():
        # Without the right header, a server of earlier revisions too may take it as one of theirs.
        ours = exchange.request_headers.get("mcp-protocol-version") == read.revision
        if exchange.response is None or exchange.revision != read.revision or not ours:
            continue
        if SESSION_HEADER in exchange.headers:
            yield Finding(
                message="a response to a 2026-07-28 request carries Mcp-Session-Id",
                expected="no Mcp-Session-Id",
                actual=f"Mcp-Session-Id: {exchange.headers[SESSION_HEADER]}",
                events=exchange.evidence,
            )
        else:
            yield Kept(exchange.response)
    if legacy_revisions(read) == frozenset():
        for stimulus in variants(read, PROBE, "session-id"):
            yield from accepted(stimulus, "with an Mcp-Session-Id")


@rule(
    "h26-last-event-id-ignored",
    "SHOULD",
    PAGE,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="the request without Last-Event-ID was not served",
)
def last_event_id_ignored(read: Reading) -> Observations:
    """A `Last-Event-ID` on a request changes nothing: streams are not resumable.

    A server that takes it for a resumption answers something else, or nothing. Looked at: the
    same good request with and without the header. Two differing results are no proof, since an
    answer may change by itself.
    """
    plain = [e.reply for e in variants(read, PROBE, "right") if e.reply is not None]
    for stimulus in variants(read, PROBE, "last-event-id"):
        same = stimulus.reply is not None and any(
            stimulus.reply.message.result == reply.message.result for reply in plain
        )
        if stimulus.served and not same and unjudged(stimulus) is None:
            yield Untested("the results with and without Last-Event-ID differ by themselves")
        else:
            yield from accepted(stimulus, "with a Last-Event-ID")


def _is_http_sse(exchange: HttpExchange) -> bool:
    return any(event.data.get("event") == "endpoint" for event in exchange.sse)
