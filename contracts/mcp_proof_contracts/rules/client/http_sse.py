"""Transports, HTTP with SSE (2024-11-05): where clients send, and how they find that out."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from mcp_proof_contracts.client_course import failed_after, said_after
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND, STATELESS_ERA
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http.traffic import SUCCESS
from mcp_proof_contracts.transcript import Event, Sender

PAGE: Final = "transports#http-with-sse"
UNTIL: Final = Revision.R2024_11_05
OLDER: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
"""The statuses by which every revision knows an older server."""
BASE: Final = "http://127.0.0.1"


class Endpoint(NamedTuple):
    """What a server has announced on a stream."""

    event: Event
    stream: HttpExchange
    uri: str

    @property
    def relative(self) -> bool:
        """Whether it is no URL of its own."""
        return not urlsplit(self.uri).scheme

    def takes(self, post: HttpExchange) -> bool:
        """Whether a POST went there, as far as its path was noted."""
        wanted = urlsplit(urljoin(f"{BASE}{self.stream.path}", self.uri))
        path, query, _ = post.path.partition("?")
        return path == wanted.path and (bool(query) or not wanted.query)


@rule(
    "sse-client-posts-to-endpoint",
    "MUST",
    PAGE,
    side="client",
    until=UNTIL,
    transport="http+sse",
    otherwise="the client sent no message after an `endpoint` event",
)
def posts_to_endpoint(read: Reading) -> Observations:
    """Every message is POSTed to the URI that the `endpoint` event has named.

    The URI says which stream a message belongs to; sent anywhere else it is lost. Looked at: the
    path of every message that is POSTed after the first `endpoint` event, and whether the query is
    there. A handshake that is refused at the URL of the stream itself is how clients find out
    which transport a server has.
    """
    for post in _posts(read):
        known = [each for each in _endpoints(read) if each.event.seq < post.request.seq]
        if not known or _is_detection(post, known):
            continue
        if any(each.takes(post) for each in known):
            yield Kept(post.request)
        else:
            yield Finding.about(
                post,
                message=f"a message was POSTed to {post.path}",
                expected=f"a POST to {known[-1].uri}",
            )


@rule(
    "sse-client-resolves-relative",
    "implied",
    PAGE,
    side="client",
    until=UNTIL,
    transport="http+sse",
    otherwise="no server named a relative URI, or the client did not come to its own end",
)
def resolves_relative(read: Reading) -> Observations:
    """A URI without scheme and host is taken relative to the URL of the stream.

    Most servers name nothing but a path. Looked at: `endpoint` events with such a URI. A finding is
    that the client sends no message at all after it, and its user is told of a failure.
    """
    for endpoint in _endpoints(read):
        if not endpoint.relative:
            continue
        sent = (post for post in _posts(read) if post.request.seq > endpoint.event.seq)
        used = next((post for post in sent if endpoint.takes(post)), None)
        if used is not None:
            yield Kept(used.request)
        elif failure := failed_after(read, endpoint.event):
            yield Finding(
                message=f"the client sent nothing to {endpoint.uri.partition('?')[0]}",
                expected="the URI is resolved against that of the stream",
                actual=failure,
                events=(endpoint.event,),
            )


@rule(
    "sse-client-fallback-detect",
    "implied",
    "streamable-http#backwards-compatibility",
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no server refused the first POST as one of HTTP+SSE does",
)
def fallback_detect(read: Reading) -> Observations:
    """A client that finds an older server behind its URL uses the older transport from then on.

    Only clients that want to support older servers need to look for one: who gives up when the
    POST is refused breaks nothing. Looked at: clients whose first POST is refused with 400, 404 or
    405 and no error of this protocol, and that open a stream with GET then. Where the stream
    begins with `endpoint`, a finding is that they send to another place, or nothing more.
    """
    refused = next((p for p in _posts(read) if _is_older(p)), None)
    if refused is None or _succeeded(read, refused.request):
        return
    found = next((e for e in _endpoints(read) if e.event.seq > refused.request.seq), None)
    if found is None:
        yield Untested("the client does not look for the older transport, as it need not")
        return
    later = [post for post in _posts(read) if post.request.seq > found.event.seq]
    used = next((post for post in later if found.takes(post)), None)
    failure = failed_after(read, found.event)
    if used is not None:
        yield Kept(used.request)
    elif later or failure:
        yield Finding(
            message="the client found the older transport, and does not use it",
            expected=f"messages are POSTed to {found.uri}",
            actual=f"a POST to {later[0].path}" if later else failure,
            events=(refused.request, found.event, *(post.request for post in later[:1])),
        )


@rule(
    "sse-client-no-fallback-on-modern-error",
    "implied",
    "streamable-http#backwards-compatibility",
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="no server refused every POST with an error of this revision",
)
def no_fallback_on_modern_error(read: Reading) -> Observations:
    """An error of this revision in the body of a refusal is no sign of an older server.

    Who takes it for one asks the server for a stream that it does not have, and tells the user of
    that instead of the error. Looked at: clients whose POSTs are all refused, with -32020, -32021
    or -32022, or with 404 and -32601. A finding is a GET for an event stream at the same URL.
    """
    modern = [post for post in _posts(read) if _is_modern(post)]
    if not modern or _succeeded(read, None):
        return
    first = modern[0]
    wanted = (h for h in read.counterpart.http("") if h.request.seq > first.request.seq)
    stream = next((h for h in wanted if _wants_stream(h) and h.path == first.path), None)
    if stream is not None:
        yield Finding.about(
            stream,
            message="the client looked for the older transport after an error of this revision",
            expected="no GET",
        )
    elif ended_by_itself(read) or next(said_after(read, first.request), None) is not None:
        yield Kept(first.request)


def _posts(read: Reading) -> Iterator[HttpExchange]:
    """Yield the POSTs of messages, at whatever revision."""
    for http in read.counterpart.http(""):
        if http.method == "POST" and http.sent is not None:
            yield http


def _endpoints(read: Reading) -> list[Endpoint]:
    return read.derived(_announced)


def _announced(read: Reading) -> list[Endpoint]:
    """What servers have announced: the text that follows an `endpoint` event on its stream."""
    open_: set[tuple[str, str]] = set()
    found: list[Endpoint] = []
    for event in read.transcript.events:
        key = (event.session, event.channel)
        http = read.counterpart.http_of(event)
        if event.data.get("event") == "endpoint":
            open_.add(key)
        elif key in open_ and event.message is not None and event.sender is Sender.SERVER:
            open_.discard(key)
            if http is not None:
                found.append(Endpoint(event, http, event.message.raw.decode(errors="replace")))
    return found


def _is_detection(post: HttpExchange, known: list[Endpoint]) -> bool:
    assert post.sent is not None
    begins = post.sent.sent.message.method in ("initialize", "server/discover")
    return begins and post.is_error and any(post.path == each.stream.path for each in known)


def _is_older(post: HttpExchange) -> bool:
    return post.status in OLDER and not any("error" in s.message.members for s in post.answers)


def _is_modern(post: HttpExchange) -> bool:
    codes = {said.message.error_code for said in post.answers}
    unknown = post.status == HTTPStatus.NOT_FOUND and METHOD_NOT_FOUND in codes
    return post.status in OLDER and (unknown or not codes.isdisjoint(STATELESS_ERA))


def _succeeded(read: Reading, before: Event | None) -> bool:
    """Whether any POST was accepted, before an event or at all."""
    return any(
        post.status in SUCCESS
        for post in _posts(read)
        if before is None or post.request.seq < before.seq
    )


def _wants_stream(http: HttpExchange) -> bool:
    accepted = str(http.request_headers.get("accept"))
    return http.method == "GET" and "text/event-stream" in accepted
