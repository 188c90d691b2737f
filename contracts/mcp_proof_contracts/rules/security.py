"""Transports, Security Warning: DNS rebinding."""

from http import HTTPStatus

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.transcript import EventKind

PAGE = "streamable-http#security-warning"
NO_VERB = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
FOREIGN_POSTS = ("foreign-post", "look-alike-post")
NOT_FOR_ORIGIN = "the same request is not served without an Origin either"


@rule(
    "sec-origin-validated",
    "MUST",
    PAGE,
    transport="http",
    probes=("origin",),
    otherwise="no request with a foreign Origin was answered",
)
def origin_validated(read: Reading) -> Observations:
    """A POST that carries a foreign `Origin` is refused.

    Otherwise any web page the user visits can talk to a server on the user's machine by DNS
    rebinding. Looked at: a correct request with `Origin: http://evil.example`, and with one whose
    name only begins like a local one; any refusal counts, where the same request without an Origin
    is served.
    """
    for exchange in read.http("origin"):
        if exchange.case in FOREIGN_POSTS:
            yield from _refused(read, exchange)


@rule(
    "sec-origin-validated-all-methods",
    "MUST",
    PAGE,
    transport="http",
    probes=("origin",),
    otherwise="the server takes neither GET nor DELETE",
)
def origin_validated_all_methods(read: Reading) -> Observations:
    """A GET or DELETE that carries a foreign `Origin` is refused.

    The specification speaks of all incoming connections: an event stream opened by a web page
    leaks as much as a POST. Looked at: GET and DELETE with `Origin: http://evil.example`, where
    the same request without an Origin is served.
    """
    if read.revision.era is Era.STATELESS:
        yield Untested(f"{read.revision} has neither GET nor DELETE")
    for exchange in read.http("origin"):
        if exchange.case in ("foreign-get", "foreign-delete") and exchange.status not in NO_VERB:
            yield from _refused(read, exchange)


@rule(
    "sec-origin-status-403",
    "MUST",
    PAGE,
    since=Revision.R2025_11_25,
    transport="http",
    probes=("origin",),
    otherwise="the server refused no foreign Origin",
)
def origin_status_403(read: Reading) -> Observations:
    """A foreign `Origin` is refused with status 403.

    The status tells a proxy and a browser that the request is forbidden, not malformed. Where a
    foreign Origin is served, `sec-origin-validated` speaks and this rule does not.
    """
    for exchange in read.http("origin", "foreign-post"):
        if not _served_without(read, exchange):
            yield Untested(NOT_FOR_ORIGIN)
        elif exchange.status == HTTPStatus.FORBIDDEN:
            yield Kept(exchange.request)
        elif exchange.is_error:
            yield Finding(
                message=f"a foreign Origin was refused with status {exchange.status}",
                expected="HTTP 403",
                actual=f"HTTP {exchange.status}",
                events=exchange.evidence,
            )


@rule(
    "sec-origin-absent-served",
    "implied",
    PAGE,
    transport="http",
    probes=("origin",),
    otherwise="no request was answered",
)
def origin_absent_served(read: Reading) -> Observations:
    """A request without `Origin` is served: the rule is about present and invalid ones.

    No client but a browser sends the header.
    """
    yield from _served(read, "absent")


@rule(
    "sec-origin-local-served",
    "implied",
    PAGE,
    transport="http",
    probes=("origin",),
    otherwise="the server is not on this machine",
)
def origin_local_served(read: Reading) -> Observations:
    """The `Origin` of the server's own local address is served.

    A page that the server itself hands out, such as an inspector, has that origin.
    """
    yield from _served(read, "local")


@rule(
    "sec-bind-localhost",
    "SHOULD",
    PAGE,
    transport="http",
    probes=("bind",),
    otherwise="the server is not on this machine, or its listeners cannot be looked up here",
)
def bind_localhost(read: Reading) -> Observations:
    """A server run locally listens on loopback only.

    On all interfaces it can be reached by everybody in the same network. Looked at: the
    operating system's table of listening sockets; nothing is sent.
    """
    for event in read.events(EventKind.LISTENER):
        address = event.data.get("address")
        if event.data.get("loopback") is True:
            yield Kept(event)
        else:
            yield Finding(
                message=f"the server listens on {address}",
                expected="a listener on a loopback address only",
                actual=f"a listener on {address}",
                events=(event,),
            )


def _refused(read: Reading, exchange: HttpExchange) -> Observations:
    origin = exchange.request_headers.get("origin")
    if exchange.status is None:
        yield Untested("the request with a foreign Origin got no HTTP response")
    elif _is_refusal(exchange):
        without = _served_without(read, exchange)
        yield Kept(exchange.request) if without else Untested(NOT_FOR_ORIGIN)
    else:
        yield Finding(
            message=f"a {exchange.method} with `Origin: {origin}` was served",
            expected="a refusal (403 from 2025-11-25 on)",
            actual=f"HTTP {exchange.status}",
            events=exchange.evidence,
        )


def _served_without(read: Reading, exchange: HttpExchange) -> bool:
    """Whether the same request without an Origin is served, so that a refusal is about it."""
    twin = "absent" if exchange.method == "POST" else f"absent-{exchange.method.lower()}"
    return any(
        other.status is not None and not _is_refusal(other) for other in read.http("origin", twin)
    )


def _is_refusal(exchange: HttpExchange) -> bool:
    return exchange.is_error or (exchange.sent is not None and exchange.sent.refused)


def _served(read: Reading, case: str) -> Observations:
    for exchange in read.stimuli("origin", case):
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.refused and exchange.error_code != METHOD_NOT_FOUND:
            yield Finding.about(
                exchange,
                message=f"a request was refused for its Origin ({case})",
                expected="a result",
            )
