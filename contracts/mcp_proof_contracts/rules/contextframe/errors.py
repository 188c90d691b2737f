"""ContextFrame, Errors: refusals that callers can read, and who may call."""

from http import HTTPStatus

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.contextframe.traffic import CONTEXTFRAME
from mcp_proof_contracts.wire import as_object

UNAUTHORIZED = "contextframe-unauthorized"


@rule(
    "contextframe-errors-over-200",
    "implied",
    "contextframe#errors",
    dialects=CONTEXTFRAME,
    probes=("rpc-unknown-method", "rpc-unknown-tool"),
    otherwise="no good request was answered with an error",
)
def errors_over_200(read: Reading) -> Observations:
    """The JSON-RPC error of a well-formed request comes with HTTP status 200.

    Clients look at the status first, and raise that: they never see the code by which they would
    decide whether to try again. What is no request may be refused by HTTP, and so may a missing
    token.
    """
    for exchange in read.exchanges():
        if not exchange.is_good_request or not exchange.answered_by_error:
            continue
        if exchange.status in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="a JSON-RPC error is hidden by its HTTP status",
                expected="200",
            )


@rule(
    "contextframe-unauthorized-401",
    "MUST",
    "contextframe#access",
    dialects=CONTEXTFRAME,
    probes=(UNAUTHORIZED,),
    otherwise="no request without a token was sent",
)
def unauthorized_401(read: Reading) -> Observations:
    """A server that asks for a Bearer token answers 401 to no token, and to a wrong one.

    At 401 clients get a new token and try again, once. Any other status, or a JSON-RPC error, ends
    their work. A server that serves everybody is untested.
    """
    exchanges = list(read.http(UNAUTHORIZED))
    serves_all = any(_served(e) for e in exchanges if e.case == "no token")
    for exchange in exchanges:
        if exchange.status == HTTPStatus.UNAUTHORIZED:
            yield Kept(exchange.request)
        elif _served(exchange) and serves_all:
            yield Untested("the server serves everybody, whatever token comes")
        else:
            yield Finding.about(
                exchange,
                message=f"a request with {exchange.case} is not answered with 401",
                expected="401",
            )


def _served(exchange: HttpExchange) -> bool:
    return "result" in as_object(exchange.response_json)
