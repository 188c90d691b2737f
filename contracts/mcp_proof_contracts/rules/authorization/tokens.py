"""Authorization: which requests are let in."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.authorization.traffic import (
    PAGE,
    TOKENS,
    UNPROTECTED,
    barred,
    newcomer,
    told,
)

SINCE = Revision.R2025_03_26
AUDIENCE: Final = "authorization-audience"
WITHOUT: Final = ("the token", "no token", "newcomer")


@rule(
    "auth-unauthenticated-401",
    "MUST",
    f"{PAGE}#error-handling",
    since=SINCE,
    transport="http",
    probes=(TOKENS,),
    otherwise=UNPROTECTED,
)
def unauthenticated_401(read: Reading) -> Observations:
    """A request without a token to a server that demands one is answered with 401.

    By this status, and no other, a client knows that it has to be authorized. Looked at: requests
    that are served with the token at hand and differ in nothing but its absence, and those of a
    client that begins without one. What is served to everybody is not protected.
    """
    for exchange in _without(read):
        if exchange.status == HTTPStatus.UNAUTHORIZED and not exchange.served:
            yield Kept(exchange.sent.event)
        elif told(exchange) and _served_with_token(read, exchange):
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} without a token is refused, but not "
                "with 401",
                expected="401",
            )


@rule(
    "auth-invalid-token-401",
    "MUST",
    f"{PAGE}#token-handling",
    since=SINCE,
    transport="http",
    probes=(TOKENS,),
    otherwise=UNPROTECTED,
)
def invalid_token_401(read: Reading) -> Observations:
    """A token that is invalid or has expired is answered with 401.

    Otherwise anybody can write a token, or keep one for ever; with another status the client does
    not know that it has to get a new one. Looked at: a token of nobody, the token at hand with an
    altered signature and with none, and one out of date where a contract file names it; on
    requests that are refused without a token.
    """
    refused = {e.sent.message.method for e in _without(read) if not e.served and told(e)}
    for exchange in read.stimuli(TOKENS):
        if exchange.case in WITHOUT or exchange.sent.message.method not in refused:
            continue
        if exchange.served:
            yield Finding.about(
                exchange, message=f"{exchange.case or 'a token'} was accepted", expected="401"
            )
        elif exchange.status == HTTPStatus.UNAUTHORIZED:
            yield Kept(exchange.sent.event)
        elif told(exchange) and _served_with_token(read, exchange):
            yield Finding.about(
                exchange,
                message=f"a request with {exchange.case} is refused, but not with 401",
                expected="401",
            )


@rule(
    "auth-every-request-checked",
    "MUST",
    f"{PAGE}#token-requirements",
    since=SINCE,
    transport="http",
    probes=(TOKENS,),
    otherwise=UNPROTECTED,
)
def every_request_checked(read: Reading) -> Observations:
    """Every request is checked for its token, also after others of the same client were let in.

    Who knows or guesses a session must not be taken for its owner. Looked at: requests without a
    token in a session, or on a connection, that was opened with one, where a newcomer without a
    token is turned away.
    """
    first = newcomer(read)
    if first is None or not barred(first):
        return
    stateless = read.revision.era is Era.STATELESS
    for exchange in read.stimuli(TOKENS, "no token"):
        method = exchange.sent.message.method
        if stateless and method != first.sent.message.method:
            continue  # which may be open to everybody
        if exchange.served:
            yield Finding.about(
                exchange,
                message=f"{method} without a token is served, because an earlier request had one",
                expected="401, as for a newcomer",
            )
        elif exchange.refused or barred(exchange):
            yield Kept(exchange.sent.event)


@rule(
    "auth-audience-checked",
    "MUST",
    f"{PAGE}#token-handling",
    since=Revision.R2025_06_18,
    transport="http",
    probes=(TOKENS, AUDIENCE),
    otherwise="needs a token that was made for another server: name its environment variable in a "
    "contract file, under verify.tokens.other_audience",
)
def audience_checked(read: Reading) -> Observations:
    """A token that was made for another server is refused.

    Otherwise whoever gets a token of a user, as every server does, can act as that user here.
    Looked at: a newcomer with a token that the user says is for another audience, where one
    without is turned away.
    """
    first = newcomer(read)
    for exchange in read.stimuli(AUDIENCE):
        if first is None or not barred(first):
            yield Untested(UNPROTECTED)
        elif exchange.served:
            yield Finding.about(
                exchange,
                message="a token that was made for another server is accepted",
                expected="401",
            )
        elif barred(exchange):
            yield Kept(exchange.sent.event)


def _without(read: Reading) -> Iterator[Exchange]:
    yield from read.stimuli(TOKENS, "no token")
    yield from read.stimuli(TOKENS, "newcomer")


def _served_with_token(read: Reading, exchange: Exchange) -> bool:
    """Whether the same request is served with the token at hand."""
    method = exchange.sent.message.method
    if method == "initialize":
        return any(each.probe != TOKENS for each in read.results(method))
    return any(
        e.served and e.sent.message.method == method for e in read.stimuli(TOKENS, "the token")
    )
