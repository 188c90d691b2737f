"""What the rules of this page share: a varied request means something beside its right twin."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested

BYSTANDERS: Final = (401, 403, 429, 502, 503, 504)
"""Statuses of authorization, firewalls, rate limits and gateways: not about the request's form."""


def variants(read: Reading, probe: str, case: str) -> Iterator[Exchange]:
    """The probe's varied requests whose unvaried twin (same method) was served."""
    served = {e.sent.message.method for e in read.stimuli(probe, "right") if e.served}
    for exchange in read.stimuli(probe, case):
        if exchange.sent.message.method in served:
            yield exchange


def unjudged(exchange: Exchange) -> Untested | None:
    """Why the answer tells nothing about the server's own checks, or `None`."""
    if exchange.status is None:
        return Untested("the request got no HTTP response")
    if exchange.status in BYSTANDERS:
        return Untested(f"the request was answered with HTTP {exchange.status}")
    return None


def rejected(exchange: Exchange, defect: str) -> Observations:
    """A request with a bad header is refused with status 400."""
    unclear = unjudged(exchange)
    if unclear is not None:
        yield unclear
    elif exchange.status == HTTPStatus.BAD_REQUEST:
        yield Kept(exchange.sent.event)
    else:
        done = "served" if exchange.served else f"answered with HTTP {exchange.status}"
        yield Finding.about(
            exchange,
            message=f"a {exchange.sent.message.method} request {defect} was {done}",
            expected="HTTP 400 with error -32020 (HeaderMismatch)",
        )


def accepted(exchange: Exchange, variant: str) -> Observations:
    """A request whose headers are right, though written otherwise, is served."""
    unclear = unjudged(exchange)
    if unclear is not None:
        yield unclear
    elif exchange.served:
        yield Kept(exchange.sent.event)
    else:
        yield Finding.about(
            exchange,
            message=f"a {exchange.sent.message.method} request {variant} was refused",
            expected="a result, as for the same request with its headers in their usual form",
        )
