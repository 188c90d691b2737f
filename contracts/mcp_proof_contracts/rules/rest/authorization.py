"""REST, Authorization: who may execute which tools."""

from http import HTTPStatus

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.rest.traffic import (
    REST,
    body,
    executions,
    listed,
    slugs,
    succeeded,
)
from mcp_proof_contracts.statuses import CLIENT_ERRORS

PAGE = "rest#authorization"
UNGIVEN = "no bearer token was given with --header or --header-env"
TOKEN_REFUSED = "the token that was given is refused too"  # noqa: S105  # a sentence
NAMELESS = "no tool may be called, and one that does not exist tells nothing here"
UNTOLD = "nothing was executed, and nothing tells that it was for the token"


@rule(
    "rest-token-required",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-token",),
    otherwise=UNGIVEN,
)
def token_required(read: Reading) -> Observations:
    """A server that takes a token executes nothing without one: 401.

    Whoever gives mcp-proof a token says that the server takes one. Other 4xx are accepted too:
    frameworks say 403, 400 or 422 where a header is missing. A rate limit (429) tells nothing.
    """
    for exchange in read.http("rest-token", "no token"):
        yield _turned_away(read, exchange)


@rule(
    "rest-token-verified",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-token",),
    otherwise=UNGIVEN,
)
def token_verified(read: Reading) -> Observations:
    """A token that was not signed by who issues them is refused with 401.

    Otherwise everybody can write a token for himself. Looked at: the token that was given, with
    another signature, and with none, as if it named no algorithm. Other 4xx but 429 will do as
    well.
    """
    for exchange in read.http("rest-token"):
        if exchange.case not in ("the token", "no token"):
            yield _turned_away(read, exchange)


def _turned_away(read: Reading, exchange: HttpExchange) -> Observation:
    if succeeded(exchange):
        return Finding.about(
            exchange, message=f"an execution with {exchange.case} was not refused", expected="401"
        )
    barred = exchange.status in NO_ENTRY
    if not barred and slugs(exchange)[0] not in listed(read):
        return Untested(NAMELESS)
    if exchange.status not in CLIENT_ERRORS or exchange.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Untested(UNTOLD)
    twins = list(read.http("rest-token", "the token"))
    passed = any(twin.status not in (None, *NO_ENTRY, exchange.status) for twin in twins)
    return Kept(exchange.request) if passed else Untested(TOKEN_REFUSED)


@rule(
    "rest-refusal-challenged",
    "implied",
    PAGE,
    dialects=REST,
    probes=("rest-token",),
    otherwise="401 was never said",
)
def refusal_challenged(read: Reading) -> Observations:
    """A response with 401 says in `WWW-Authenticate` what it takes (RFC 9110, section 15.5.2).

    Clients find out by it how to authenticate.
    """
    for exchange in executions(read):
        if exchange.status != HTTPStatus.UNAUTHORIZED:
            continue
        if exchange.headers.get("www-authenticate"):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message="401 came without WWW-Authenticate",
                expected="WWW-Authenticate: Bearer",
            )


@rule(
    "rest-permission-denied",
    "MUST",
    PAGE,
    dialects=REST,
    probes=("rest-permission",),
    otherwise="the token that was given allows all tools that may be called, or says nothing of it",
)
def permission_denied(read: Reading) -> Observations:
    """A tool that demands `tool:<name>` is not executed for who lacks it: `successful` is false.

    `error` says that permission is denied. Looked at: tools that list this permission, and may be
    called, where the claim `permissions` of the token that was given does not name it. 403 is
    accepted too.
    """
    for exchange in read.http("rest-permission"):
        denied = "permission" in str(body(exchange).get("error")).lower()
        if exchange.status == HTTPStatus.FORBIDDEN or denied:
            yield Kept(exchange.request)
        elif succeeded(exchange):
            yield Finding.about(
                exchange,
                message=f"{slugs(exchange)[0]} was executed without {exchange.case}",
                expected="successful: false, and an error that says that permission is denied",
            )
        else:
            yield Untested(f"{slugs(exchange)[0]} failed for another reason")
