"""Transports, Streamable HTTP, Sending Messages to the Server: how clients give up a request."""

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.streamable_http.traffic import (
    INITIALIZE,
    LAST_EVENT,
    answer_of,
    at_endpoint,
    has_event,
    header,
    method,
    posts,
)
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind


@rule(
    "http-client-cancel-explicit",
    "SHOULD",
    "streamable-http#sending-messages",
    side="client",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="the client gave up no request",
)
def cancel_explicit(read: Reading) -> Observations:
    """A client that gives up a request says so by `notifications/cancelled`.

    The server does not take a closed connection for that, and goes on working. Looked at: requests
    that were cancelled, and those whose response the client closed before the answer. The latter
    are told of when it sent requests after that and did not resume the stream: one that ends
    closes all it has open.
    """
    for http in posts(read):
        exchange = http.sent
        if exchange is None or exchange.sent.message.kind is not Kind.REQUEST:
            continue
        if method(http) == INITIALIZE:
            continue
        if read.counterpart.cancelled(exchange):
            yield Kept(exchange.sent.event)
        elif _left(http) and _went_on(read, http):
            yield Finding.about(
                exchange,
                message=f"{method(http)} was given up by closing its response alone",
                expected="notifications/cancelled with its id",
            )


def _left(http: HttpExchange) -> bool:
    """Whether the client closed the response before the answer came."""
    end = http.end
    return end is not None and end.sender is Sender.CLIENT and answer_of(http) is None


def _went_on(read: Reading, http: HttpExchange) -> bool:
    """Whether the client sent requests after that, and did not come back to this one."""
    assert http.end is not None
    later = [each for each in at_endpoint(read) if each.request.seq > http.end.seq]
    resumed = any(has_event(http, header(each, LAST_EVENT) or "") for each in later)
    asked = any(e.sent is not None and e.sent.sent.message.kind is Kind.REQUEST for e in later)
    return asked and not resumed
