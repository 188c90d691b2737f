"""Transports, Streamable HTTP: the endpoint, and Sending Messages to the Server."""

from http import HTTPStatus

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http.traffic import (
    BOTH_TYPES,
    SUCCESS,
    posts_of,
    request_posts,
    resumes,
)
from mcp_proof_contracts.wire import Kind

TOP = "streamable-http#streamable-http"
SENDING = "streamable-http#sending-messages"


@rule(
    "http-single-endpoint",
    "MUST",
    TOP,
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no GET for an event stream was answered",
)
def single_endpoint(read: Reading) -> Observations:
    """POST and GET live on one path, the MCP endpoint.

    A client is given one URL and has no other place to listen. Looked at: the GET that opens the
    stream for what the server says unasked, on the path that serves POST. Status 405 keeps the
    rule: the endpoint is there and offers no stream.
    """
    for http in _first_gets(read):
        if http.status == HTTPStatus.NOT_FOUND and _serves_later(read, http):
            yield Finding(
                message="GET is not found on the path that serves POST",
                expected="an event stream, or HTTP 405",
                actual="HTTP 404",
                events=http.evidence,
            )
        elif http.status in SUCCESS or http.status == HTTPStatus.METHOD_NOT_ALLOWED:
            yield Kept(http.request)


@rule(
    "http-get-stream-or-405",
    "MUST",
    "streamable-http#listening-for-messages-from-the-server",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no GET for an event stream was answered",
)
def get_stream_or_405(read: Reading) -> Observations:
    """A GET that accepts `text/event-stream` is answered by an event stream or by status 405.

    Anything else leaves the client guessing whether the server will ever speak unasked. Looked
    at: the first GET of each session; a second one, while the first stream is open, is often
    refused with 409 and is not judged. Authorization refusals are no answer to the question.
    """
    for http in _first_gets(read):
        if (
            http.status in SUCCESS and http.is_stream
        ) or http.status == HTTPStatus.METHOD_NOT_ALLOWED:
            yield Kept(http.request)
        elif http.status in NO_ENTRY:
            yield Untested(f"the GET was refused with status {http.status}")
        elif http.status is not None and (
            http.status != HTTPStatus.NOT_FOUND or _serves_later(read, http)
        ):
            yield Finding(
                message="a GET for an event stream got neither a stream nor status 405",
                expected="`Content-Type: text/event-stream`, or HTTP 405",
                actual=f"HTTP {http.status}, `Content-Type: {http.content_type or '(none)'}`",
                events=http.evidence,
            )


@rule(
    "http-request-response-content-type",
    "MUST",
    SENDING,
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no request was answered with a status of success",
)
def request_response_content_type(read: Reading) -> Observations:
    """A POST of a request is answered by `application/json` or by `text/event-stream`.

    The client decides by the media type how to read the answer. Looked at: every well-formed
    request answered with a status of success; the server chooses freely each time. Refusals on
    the level of HTTP may have any body.
    """
    for http, _ in request_posts(read):
        if http.status not in SUCCESS:
            continue
        if http.content_type in BOTH_TYPES:
            yield Kept(http.request)
        else:
            yield Finding(
                message="a request was answered by neither JSON nor an event stream",
                expected="`Content-Type: application/json` or `text/event-stream`",
                actual=f"HTTP {http.status}, `Content-Type: {http.content_type or '(none)'}`",
                events=http.evidence,
            )


@rule(
    "http-json-body-single-object",
    "MUST",
    SENDING,
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no request was answered by `application/json`",
)
def json_body_single_object(read: Reading) -> Observations:
    """An `application/json` answer to a request is one JSON object.

    A client parses the body as the one response. Looked at: the answers with a status of success
    to single well-formed requests; an array may only answer a batch of 2025-03-26.
    """
    for http, sent in request_posts(read):
        if http.status not in SUCCESS or http.content_type != BOTH_TYPES[0]:
            continue
        if http.end is None or http.end.data.get("how") != "complete":
            continue
        body = http.answers[0].event.message if http.answers else None
        if body is not None and isinstance(body.value, dict):
            yield Kept(http.answers[0].event)
        else:
            shown = (body.fault or body.excerpt) if body is not None else "an empty body"
            yield Finding(
                message=f"the JSON answer to {sent.sent.message.method} is not one object",
                expected="one JSON object",
                actual=shown,
                events=(*http.evidence, *(said.event for said in http.answers[:1])),
            )


@rule(
    "http-notification-202",
    "MUST",
    SENDING,
    since=Revision.R2025_03_26,
    transport="http",
    probes=("notification-post",),
    otherwise="no notification was accepted",
)
def notification_202(read: Reading) -> Observations:
    """A POST of a notification is accepted with status 202 and no body.

    A client that sees another status or a body cannot tell whether to wait for something. Looked
    at: every well-formed notification that got a status of success, beginning with
    `notifications/initialized`. A `Content-Length: 0` or any `Content-Type` is fine; a refusal is
    none of this rule's business.
    """
    for http, _ in posts_of(read, Kind.NOTIFICATION):
        yield from _accepted(http, "notification")


@rule(
    "http-response-post-202",
    "MUST",
    SENDING,
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    probes=("unasked-response",),
    otherwise="no response of ours was accepted",
)
def response_post_202(read: Reading) -> Observations:
    """A POST of a response is accepted with status 202 and no body.

    Looked at: our answers to what the server asked, and one response to nothing, which a server
    may refuse; only what it accepts is judged.
    """
    for http, _ in posts_of(read, Kind.RESULT, Kind.ERROR):
        yield from _accepted(http, "response")


@rule(
    "http-unacceptable-post-4xx",
    "MUST",
    SENDING,
    since=Revision.R2025_03_26,
    transport="http",
    probes=("unacceptable",),
    otherwise="the server accepted every notification and response",
)
def unacceptable_post_4xx(read: Reading) -> Observations:
    """A notification or response that the server cannot accept gets an HTTP error status.

    The status is the only thing a client hears of a message that has no answer. Looked at: the
    notifications and responses that the server itself says it refuses, by an error status or by
    a JSON-RPC error in the body. Silently ignoring what makes no sense counts as accepting it.
    """
    for http, _ in posts_of(read, Kind.NOTIFICATION, Kind.RESULT, Kind.ERROR):
        if http.is_error:
            yield Kept(http.request)
        elif http.status in SUCCESS and _says_error(http):
            yield Finding(
                message="a message was refused by a JSON-RPC error under a status of success",
                expected="an HTTP error status, such as 400",
                actual=f"HTTP {http.status} with a JSON-RPC error",
                events=(*http.evidence, *(said.event for said in http.answers)),
            )


@rule(
    "http-multiple-clients",
    "implied",
    TOP,
    since=Revision.R2025_03_26,
    transport="http",
    probes=("second-client",),
    otherwise="the second client got no answer",
)
def multiple_clients(read: Reading) -> Observations:
    """A second client is served while the first one is connected.

    The server is an independent process that can handle multiple client connections; one that
    keeps a single transport object refuses everybody but the first. Looked at: the first request
    of a client with connections of its own.
    """
    for exchange in read.stimuli("second-client", "hello"):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.refused and exchange.error_code != METHOD_NOT_FOUND:
            yield Finding.about(
                exchange,
                message=f"a second client's {exchange.sent.message.method} was refused",
                expected="a result, as for the first client",
            )


def _first_gets(read: Reading) -> list[HttpExchange]:
    """The first GET of each session in ordinary traffic."""
    first: dict[str, HttpExchange] = {}
    for http in read.http():
        if http.method == "GET" and not resumes(http) and http.probe in ORDINARY:
            first.setdefault(http.request.session, http)
    return list(first.values())


def _serves_later(read: Reading, get: HttpExchange) -> bool:
    """Whether a later POST of the same session was served: the session has not ended."""
    return any(
        http.method == "POST"
        and http.request.session == get.request.session
        and http.request.seq > get.request.seq
        and http.status in SUCCESS
        for http in read.http()
    )


def _says_error(http: HttpExchange) -> bool:
    return any(said.message.kind is Kind.ERROR for said in http.answers)


def _accepted(http: HttpExchange, what: str) -> Observations:
    if http.status not in SUCCESS or _says_error(http):
        return
    has_body = bool(http.answers or http.body)
    if http.status == HTTPStatus.ACCEPTED and not has_body:
        yield Kept(http.request)
        return
    body = "with a body" if has_body else "without a body"
    yield Finding(
        message=f"a {what} was accepted otherwise than by status 202 without a body",
        expected="HTTP 202, no body",
        actual=f"HTTP {http.status} {body}",
        events=(*http.evidence, *(said.event for said in http.answers)),
    )
