"""Gateway, Token: who may use the gateway."""

from http import HTTPStatus

from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.gateway.traffic import GATEWAY
from mcp_proof_contracts.statuses import REFUSED

UNCLEAR = (None, HTTPStatus.TOO_MANY_REQUESTS, *REFUSED, *range(500, 600))
"""What may be said for want of a token, or for another reason."""


@rule(
    "gateway-token-required",
    "MUST",
    "gateway#token",
    dialects=GATEWAY,
    probes=("gateway-token",),
    otherwise="no token was given, so nothing tells whether one is needed",
)
def token_required(read: Reading) -> Observations:
    """A gateway that is used with a token answers 401 to who presents none, or a wrong one.

    It presents tokens of its own to the servers behind it: whoever may use it speaks with its
    voice. Looked at: the listing, and a call of a server that does not exist; and a registration,
    where it is allowed to register. 403 is accepted too, which frameworks say where a header is
    missing; 400, 422, 429 and 5xx may have another reason, and tell nothing.
    """
    for exchange in read.http("gateway-token"):
        if exchange.method == "DELETE":
            continue  # what was taken is removed again
        if exchange.status in NO_ENTRY:
            yield Kept(exchange.request)
        elif exchange.status in UNCLEAR:
            yield Untested("what was asked for failed, be it for the token or not")
        else:
            yield Finding.about(
                exchange,
                message=f"{exchange.method} {exchange.path} was not refused {exchange.case}",
                expected="401",
            )
