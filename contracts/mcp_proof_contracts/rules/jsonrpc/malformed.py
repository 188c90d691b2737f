"""Basic, Messages (JSON-RPC 2.0, section 5.1): what is no request is refused, and survived."""

from typing import Final

from mcp_proof_contracts.error_codes import PARSE_ERROR
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.jsonrpc.requests import survived
from mcp_proof_contracts.statuses import CLIENT_ERRORS

PAGE = "basic#messages"
CASES: Final = {
    "no-method": "a message with an id and no method",
    "version": 'a request that says "jsonrpc": "1.0"',
    "number": "a bare number",
}


@rule(
    "jsonrpc-parse-error",
    "implied",
    PAGE,
    probes=("malformed",),
    otherwise="no unreadable message was sent",
)
def parse_error(read: Reading) -> Observations:
    """Text that is no JSON is refused, and the server goes on.

    One client's mistake must not take the server from the others. Looked at: a request cut off
    before its last brace, then a good one. Expected is the error -32700 or an HTTP 4xx; the id of
    the error may be null or absent. Over stdio silence is tolerated while the good request is
    answered: there is nobody to tell which message was meant.
    """
    for exchange in read.stimuli("malformed", "truncated"):
        if not survived(read, exchange):
            yield _fatal(exchange, "JSON that was cut off")
        elif (
            exchange.error_code == PARSE_ERROR
            or exchange.status in CLIENT_ERRORS
            or (exchange.http is None and exchange.reply is None)
        ):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="JSON that was cut off is not refused as unreadable",
                expected="error -32700, or HTTP 4xx",
            )


@rule(
    "jsonrpc-invalid-request",
    "implied",
    PAGE,
    probes=("malformed",),
    otherwise="no malformed message was sent",
)
def invalid_request(read: Reading) -> Observations:
    """JSON that is no request is not treated as one, and the server goes on.

    Looked at: a message with an id and no method, a request of JSON-RPC 1.0, and a bare number,
    each before a good request. -32600 is what JSON-RPC has for them; any error and any HTTP error
    will do, and over stdio silence while the good request is answered.
    """
    for exchange in read.stimuli("malformed"):
        what = CASES.get(exchange.case)
        if what is None:
            continue
        if not survived(read, exchange):
            yield _fatal(exchange, what)
        elif exchange.refused or (exchange.http is None and exchange.reply is None):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"{what} is not refused",
                expected="error -32600, or an HTTP error",
            )


def _fatal(exchange: Exchange, what: str) -> Finding:
    return Finding.about(
        exchange,
        message=f"after {what} the server answers no more",
        expected="the next request is answered",
    )
