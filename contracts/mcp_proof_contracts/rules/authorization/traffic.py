"""What the rules of authorization share: who was turned away, and what tells of OAuth."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.authorization_metadata import named_metadata
from mcp_proof_contracts.challenge import BEARER, Challenge, challenges
from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.statuses import CLIENT_ERRORS
from mcp_proof_contracts.wire import as_list

PAGE: Final = "authorization"
TOKENS: Final = "authorization"
METADATA: Final = "authorization-metadata"
SCOPES: Final = "authorization-scopes"
CHALLENGED: Final = "challenge"
NAMED: Final = "named"
LOCATIONS: Final = (NAMED, "path", "root")
"""Where resource metadata are looked for, in the order in which clients do (PRM Discovery)."""
UNPROTECTED: Final = (
    "authorization is optional, and the server was not seen to demand it: it serves requests "
    "without a token, or no bearer token was given with --header or --header-env"
)
FOREIGN: Final = (
    "the server demands a credential, and nothing shows that it is a token of OAuth: other schemes "
    "of a server's own are permitted"
)
ELSEWHERE: Final = "the challenge names metadata on another server, which is not asked"
NOT_ABSENT: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was fetched."""

    exchange: HttpExchange
    value: JsonObject


def barred(exchange: Exchange) -> bool:
    """Whether a request was turned away at the door."""
    return not exchange.served and exchange.status in NO_ENTRY


def told(exchange: Exchange) -> bool:
    """Whether what came back tells what the server makes of a token: it is not out of order."""
    if exchange.status is None or exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    return exchange.status not in NOT_ABSENT and (
        exchange.status >= HTTPStatus.MULTIPLE_CHOICES or exchange.answered_by_error
    )


def newcomer(read: Reading) -> Exchange | None:
    """The first request of a client that has no token."""
    return next(iter(read.stimuli(TOKENS, "newcomer")), None)


def challenges_in(exchange: HttpExchange) -> list[Challenge]:
    """What a response challenges its client to present, as bearer of a token."""
    field = str(exchange.headers.get("www-authenticate", ""))
    return [each for each in challenges(field) if each.scheme == BEARER]


def unauthorized(read: Reading) -> list[HttpExchange]:
    """The responses with 401 to requests without a token."""
    return read.derived(_unauthorized)


def all_challenges(read: Reading) -> list[tuple[HttpExchange, Challenge]]:
    """Every challenge that a probe of this area met."""
    return read.derived(_all_challenges)


def documents(read: Reading) -> dict[str, Document]:
    """The resource metadata that are there, by where they were found."""
    return read.derived(_documents)


def metadata(read: Reading) -> Document | None:
    """The resource metadata that a client goes by; `None` where they are elsewhere, or nowhere."""
    found = documents(read)
    if NAMED not in found and names_metadata(read) and not list(read.http(METADATA, NAMED)):
        return None
    return next((found[where] for where in LOCATIONS if where in found), None)


def names_metadata(read: Reading) -> bool:
    """Whether a challenge names resource metadata."""
    return any(
        named_metadata(str(each.headers.get("www-authenticate", ""))) for each in unauthorized(read)
    )


def is_oauth(read: Reading) -> bool:
    """Whether the server shows that it is protected as this specification has it.

    By metadata, be it of resource or authorization server, or by the scopes of its challenges.
    """
    server = any(document_of(each) for each in read.http(METADATA, "server"))
    scoped = any(challenge.scopes() for _, challenge in all_challenges(read))
    return server or scoped or names_metadata(read) or bool(documents(read))


def absent(exchange: HttpExchange) -> bool:
    """Whether a response tells that there is no such document."""
    ended = exchange.status in CLIENT_ERRORS and exchange.status not in NOT_ABSENT
    return ended or (exchange.status == HTTPStatus.OK and document_of(exchange) is None)


def document_of(exchange: HttpExchange) -> JsonObject | None:
    """The JSON object that came for a request; `None` where something else did."""
    if exchange.status != HTTPStatus.OK or exchange.body is None:
        return None
    try:
        value: Json = json.loads(str(exchange.body.data.get("text", "")))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def scopes_of(document: Document) -> list[str]:
    """The scopes that resource metadata name."""
    return [str(each) for each in as_list(document.value.get("scopes_supported"))]


def _unauthorized(read: Reading) -> list[HttpExchange]:
    return [
        exchange
        for probe, case in ((METADATA, CHALLENGED), (TOKENS, "no token"), (TOKENS, "newcomer"))
        for exchange in read.http(probe, case)
        if exchange.status == HTTPStatus.UNAUTHORIZED
    ]


def _all_challenges(read: Reading) -> list[tuple[HttpExchange, Challenge]]:
    return [
        (exchange, challenge)
        for probe in (METADATA, TOKENS, SCOPES)
        for exchange in read.http(probe)
        if exchange.status in NO_ENTRY
        for challenge in challenges_in(exchange)
    ]


def _documents(read: Reading) -> dict[str, Document]:
    return dict(_found(read))


def _found(read: Reading) -> Iterator[tuple[str, Document]]:
    for where in LOCATIONS:
        for exchange in read.http(METADATA, where):
            value = document_of(exchange)
            if value is not None:
                yield where, Document(exchange, value)
