"""Gateway, Token: who may use the gateway."""

from http import HTTPStatus

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.gateway.traffic import GATEWAY


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
    where it is allowed to register.
    """
    for exchange in read.http("gateway-token"):
        if exchange.method == "DELETE":
            continue  # what was taken is removed again
        if exchange.status == HTTPStatus.UNAUTHORIZED:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"{exchange.method} {exchange.path} was served {exchange.case}",
                expected="401",
            )
