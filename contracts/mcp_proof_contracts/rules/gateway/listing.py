"""Gateway, Servers: which servers can be reached, and what is kept back of them."""

from collections.abc import Iterator
from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.rules.gateway.traffic import (
    GATEWAY,
    NOT_REGISTERED,
    asked_for,
    entries,
    listings,
    place,
)
from mcp_proof_contracts.rules.unique_names import names_unique
from mcp_proof_contracts.secrets.members import secrets_in_members
from mcp_proof_contracts.secrets.values import is_no_word
from mcp_proof_contracts.wire import encode

PAGE = "gateway#servers"
NOT_LISTED = "the servers were not asked for"


@rule("gateway-servers-served", "MUST", PAGE, dialects=GATEWAY, otherwise=NOT_LISTED)
def servers_served(read: Reading) -> Observations:
    """`GET /servers` is answered with status 200 and JSON.

    Whoever looks for tools begins there. A server that is down behind the gateway is no reason to
    fail: the others are still of use.
    """
    for exchange in listings(read):
        if exchange.status == HTTPStatus.OK and exchange.is_json:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            message = "GET /servers was not answered with 200 and JSON"
            expected = "200 with Content-Type: application/json"
            yield Finding.about(exchange, message=message, expected=expected)


@rule("gateway-servers-shape", "MUST", PAGE, dialects=GATEWAY, otherwise=NOT_LISTED)
def servers_shape(read: Reading) -> Observations:
    """The listing has `servers`, each with the name that calls are addressed to.

    Looked at: the whole document, by its JSON Schema. Further members may say what the gateway
    likes; `url`, `transport` and `origin` are texts where they are there.
    """
    for exchange in listings(read):
        if exchange.response_json is None:
            continue
        problem = document_problem("gateway", "servers", exchange.response_json)
        yield as_documented(
            exchange, "the listing of the servers", problem, "servers, each with a name"
        )


@rule(
    "gateway-server-names-unique", "MUST", PAGE, dialects=GATEWAY, otherwise="no server is listed"
)
def server_names_unique(read: Reading) -> Observations:
    """No two servers of a gateway have the same name, wherever they come from.

    The name is all that a call says of where it is meant to go. Gateways that share servers know
    some of the same name: each needs one of its own where both are listed.
    """
    for exchange in listings(read):
        yield from names_unique(exchange, entries(exchange), "servers")


@rule(
    "gateway-secrets-unlisted",
    "MUST",
    "gateway#authentication",
    dialects=GATEWAY,
    probes=("gateway-registration",),
    otherwise=f"no server is listed with an authentication that tells, and {NOT_REGISTERED}",
)
def secrets_unlisted(read: Reading) -> Observations:
    """What a gateway presents to its servers is in no listing.

    Whoever may list the servers is not whoever may speak for the gateway. Looked at: texts under
    names such as `token` or `password` that are no words, and whether the token comes back that was
    registered.
    """
    given = dict(_secrets_given(read))
    for exchange in read.http():
        where = place(exchange)
        if exchange.method != "GET" or where is None or where.what:
            continue
        text = encode(exchange.response_json).decode()
        secretive = {*secrets_in_members(exchange.response_json)}
        shown = {*filter(is_no_word, secretive)}
        shown |= {secret for secrets in given.values() for secret in secrets if secret in text}
        if shown:
            yield Finding(
                message="what the gateway presents to a server is listed",
                expected="the kind of its authentication at most",
                actual=f"{len(shown)} secret texts in the answer to GET {exchange.path}",
                events=exchange.evidence,
            )
        elif any(
            str(entry.get("name")) in given
            or (entry.get("authentication") is not None and not secretive)
            for entry in entries(exchange)
        ):
            yield Kept(exchange.request)


def _secrets_given(read: Reading) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each server that was registered with a secret, and its secrets."""
    for exchange in read.http():
        taken = exchange.method == "POST" and place(exchange) == ("", "") and not exchange.is_error
        secrets = [*secrets_in_members(asked_for(exchange))] if taken else []
        if secrets:
            yield str(asked_for(exchange).get("name")), secrets
