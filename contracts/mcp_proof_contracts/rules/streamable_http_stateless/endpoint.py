"""Streamable HTTP: the one endpoint, and methods it does not have."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.streamable_http_stateless.comparison import unjudged
from mcp_proof_contracts.wire import Kind

SINCE: Final = Revision.R2026_07_28
NOT_FOUND: Final = int(HTTPStatus.NOT_FOUND)
METHOD_NOT_ALLOWED: Final = int(HTTPStatus.METHOD_NOT_ALLOWED)


@rule(
    "h26-post-endpoint",
    "MUST",
    "streamable-http",
    since=SINCE,
    transport="http",
    otherwise="no request was answered",
)
def post_endpoint(read: Reading) -> Observations:
    """One path takes every request by POST.

    Clients are given a single URL. Looked at: ordinary requests for what the server declared; a
    404 without a JSON-RPC answer, or a 405, says that this path is not the place for one of them.
    """
    for exchange in read.exchanges():
        if exchange.probe not in ORDINARY or exchange.sent.message.kind is not Kind.REQUEST:
            continue
        status, reply = exchange.status, exchange.reply
        if (status == NOT_FOUND and reply is None) or status == METHOD_NOT_ALLOWED:
            yield Finding.about(
                exchange,
                message=f"the endpoint does not take {exchange.sent.message.method} by POST",
                expected="a JSON-RPC response: a single path takes every request",
            )
        elif reply is not None:
            yield Kept(exchange.sent.event)


@rule(
    "h26-unknown-method-404",
    "MUST",
    "streamable-http#protocol-version-header",
    since=SINCE,
    transport="http",
    probes=("unknown-method-status",),
    otherwise="the request for an unknown method got no HTTP response",
)
def unknown_method_404(read: Reading) -> Observations:
    """A method that the server does not implement is answered with 404 and error -32601.

    The status serves gateways, the error tells a modern server without the method from an old
    one without the endpoint. Looked at: a well-formed request for a method that nobody has.
    """
    for exchange in read.stimuli("unknown-method-status"):
        unclear = unjudged(exchange)
        if unclear is not None:
            yield unclear
        elif exchange.status == HTTPStatus.NOT_FOUND and exchange.error_code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="an unknown method was not answered with 404 and error -32601",
                expected="HTTP 404, error -32601 (Method not found)",
            )
