"""Versioning and Compatibility: what clients do where the server speaks another version, or era."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import pairwise
from math import inf
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, told, told_after
from mcp_proof_contracts.error_codes import STATELESS_ERA, UNSUPPORTED_VERSION
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.handshakes import PROBE, claims_modern, message_of, said_by_client
from mcp_proof_contracts.json_value import JsonArray
from mcp_proof_contracts.negotiated import claimed
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_list, as_object, quote

NEGOTIATION: Final = "versioning#protocol-version-negotiation"
STDIO: Final = "transports/stdio#backward-compatibility"
SINCE: Final = Revision.R2026_07_28


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a client did between two wishes to connect anew."""

    asked: Sequence[Exchange]
    """Its requests of the stateless era."""
    handshakes: Sequence[Event]
    """Its `initialize` requests."""


@rule(
    "version-client-retries-supported",
    "SHOULD",
    NEGOTIATION,
    side="client",
    since=SINCE,
    otherwise="no request was refused for its version, or nobody said what the user was told",
)
def retries_supported(read: Reading) -> Observations:
    """A request that is refused for its version is tried at one that the server names.

    Where both sides have none in common, the user is told of an error. Looked at: -32022 with a
    list of versions. A later request at one of them is a retry, be it a handshake at a version of
    the earlier era. A client that did neither, and told its user of no error, has lost the request.
    """
    for exchange in _modern_requests(read):
        if exchange.error_code != UNSUPPORTED_VERSION:
            continue
        supported = _supported(exchange)
        later = [
            event
            for event in said_by_client(read)
            if event.seq > exchange.sent.event.seq and _version_of(event) in supported
        ]
        outcomes = told_after(read, exchange.sent.event)
        if later or any(not each.ok for each in outcomes):
            yield Kept(exchange.sent.event)
        elif outcomes and ended_by_itself(read):
            yield Finding.about(
                exchange,
                message="a request was refused for its version, and the client made nothing of it",
                expected=f"a request at one of {quote(supported)}, or an error for the user",
            )


@rule(
    "client-no-fallback-on-modern-error",
    "SHOULD NOT",
    "streamable-http#backward-compatibility",
    side="client",
    since=SINCE,
    otherwise="no first request was answered with an error of this era",
)
def no_fallback_on_modern_error(read: Reading) -> Observations:
    """A client does not fall back to the handshake when the error is one of this era.

    The server is modern: it only wants another version, header or capability. Looked at: -32022
    with a list of versions, and over HTTP, where the page names them, -32020 and -32021. Not
    judged where the server names a version of the earlier era as supported, or also gave answers
    that are not modern. Over HTTP clients should inspect the body of a 400 before they fall back;
    over stdio they are simply told not to.
    """
    for stretch in _stretches(read):
        modern = [each for each in stretch.asked if _is_modern_answer(read, each)]
        if not modern or any(_is_legacy_answer(read, each) for each in stretch.asked):
            continue
        first = modern[0]
        fallen = [event for event in stretch.handshakes if event.seq > _seq_of_answer(first)]
        if any(version in STATEFUL for each in modern for version in _supported(each)):
            yield Untested("the server supports versions of the earlier era, too")
        elif not fallen:
            yield Kept(first.sent.event)
        else:
            yield Finding(
                message=f"`initialize` was sent after error {first.error_code}",
                expected="a request of this era, or an error for the user",
                actual=message_of(fallen[0]).excerpt,
                events=(*first.evidence, fallen[0]),
            )


@rule(
    "client-fallback-on-legacy-answer",
    "SHOULD",
    "versioning#backward-compatibility-with-initialization-based-versions",
    side="client",
    since=SINCE,
    otherwise="no client of both eras met a server of the earlier era",
)
def fallback_on_legacy_answer(read: Reading) -> Observations:
    """A client of both eras takes any answer that is not modern for one of an earlier server.

    It then shakes hands. Looked at: clients that send both requests of this era and `initialize`,
    where the server answered nothing of this era with a result. Over HTTP a 400 that holds no
    modern error counts, over stdio silence; other errors over stdio are for
    `client-fallback-not-code-keyed`. A client that remembers the era of its server does not ask.
    """
    for exchange, fallen in _trials(read):
        if read.transport == "http" or exchange.reply is None:
            yield from _fell_back(read, exchange, fallen)


@rule(
    "client-fallback-not-code-keyed",
    "MUST NOT",
    STDIO,
    side="client",
    since=SINCE,
    transport="stdio",
    otherwise="no client of both eras met a server of the earlier era",
)
def fallback_not_code_keyed(read: Reading) -> Observations:
    """The fallback to the handshake does not depend on one error code.

    Earlier servers have no agreed answer to a request before `initialize`. Looked at: clients
    that fall back somewhere, and every error that is not of this era, where the server answered
    nothing of this era with a result.
    """
    for exchange, fallen in _trials(read):
        if exchange.reply is not None:
            yield from _fell_back(read, exchange, fallen)


@rule(
    "client-stdio-discover-probe",
    "SHOULD",
    STDIO,
    side="client",
    since=SINCE,
    transport="stdio",
    otherwise="the client did not speak both eras",
)
def stdio_discover_probe(read: Reading) -> Observations:
    """A client of both eras sends `server/discover` before any other request.

    Some earlier servers do not wait for `initialize`: they would answer another request by their
    own rules, and the client would not notice. Looked at: the first request in each process, of
    clients that send both requests of this era and `initialize`. One that opens with a handshake
    after the first process may have remembered the era of its server.
    """
    first: dict[str, Event] = {}
    for event in said_by_client(read):
        if message_of(event).kind is Kind.REQUEST:
            first.setdefault(event.session, event)
    if not _speaks_both(read):
        return
    for number, event in enumerate(first.values()):
        message = message_of(event)
        if message.method == PROBE:
            yield Kept(event)
        elif number == 0 or message.method != "initialize":
            yield Finding(
                message=f"the first request to a process was {message.method}",
                expected=PROBE,
                actual=message.excerpt,
                events=(event,),
            )


def _modern_requests(read: Reading) -> list[Exchange]:
    """The requests that say that they are of this era, with their answers."""
    return [
        exchange
        for exchange in read.counterpart.exchanges()
        if exchange.sent.message.kind is Kind.REQUEST and claims_modern(exchange.sent.message)
    ]


def _stretches(read: Reading) -> Sequence[Stretch]:
    return read.derived(_all_stretches)


def _all_stretches(read: Reading) -> list[Stretch]:
    """Cut the conversation where the client was asked to connect anew.

    That is after what it was told before: the wish itself may already open the connection.
    """
    outcomes = list(told(read))
    cuts = [
        outcomes[number - 1].event.seq
        for number, each in enumerate(outcomes)
        if number and each.do == "reconnect"
    ]
    bounds = [-1, *cuts, inf]
    return [
        Stretch(
            [e for e in _modern_requests(read) if begin < e.sent.event.seq <= end],
            [e for e in _openings(read) if begin < e.seq <= end],
        )
        for begin, end in pairwise(bounds)
    ]


def _openings(read: Reading) -> list[Event]:
    """The handshakes that do not claim to be of this era."""
    return [
        event
        for event in said_by_client(read)
        if message_of(event).method == "initialize" and not claims_modern(message_of(event))
    ]


def _speaks_both(read: Reading) -> bool:
    return bool(_openings(read)) and bool(_modern_requests(read))


def _trials(read: Reading) -> Iterator[tuple[Exchange, Sequence[Event]]]:
    """The first requests that showed an earlier server, with the handshakes that followed them."""
    if not _speaks_both(read) or any(each.served for each in _modern_requests(read)):
        return
    for stretch in _stretches(read):
        trial = next((each for each in stretch.asked if _is_legacy_answer(read, each)), None)
        refused = any(each.error_code in STATELESS_ERA for each in stretch.asked)
        if trial is not None and not refused:
            begin = trial.sent.event.seq
            yield trial, [event for event in stretch.handshakes if event.seq > begin]


def _is_modern_answer(read: Reading, exchange: Exchange) -> bool:
    """Whether an error is one that only a server of this era gives, as the pages have it."""
    if exchange.error_code == UNSUPPORTED_VERSION:
        return bool(_supported(exchange))
    return read.transport == "http" and exchange.error_code in STATELESS_ERA


def _is_legacy_answer(read: Reading, exchange: Exchange) -> bool:
    """Whether only a server of the earlier era answers so, or not at all."""
    if exchange.reply is not None and not exchange.answered_by_error:
        return False
    if exchange.error_code in STATELESS_ERA:
        return False
    if read.transport == "http":
        return exchange.status == HTTPStatus.BAD_REQUEST
    return True


def _fell_back(read: Reading, exchange: Exchange, fallen: Sequence[Event]) -> Observations:
    if fallen:
        yield Kept(fallen[0])
    elif ended_by_itself(read):
        yield Finding.about(
            exchange,
            message="a client of both eras did not fall back to the handshake",
            expected="`initialize`, as after other answers that are not modern",
        )


def _seq_of_answer(exchange: Exchange) -> int:
    return exchange.sent.event.seq if exchange.reply is None else exchange.reply.event.seq


def _supported(exchange: Exchange) -> JsonArray:
    if exchange.reply is None:
        return []
    return as_list(as_object(exchange.reply.message.error.get("data")).get("supported"))


def _version_of(event: Event) -> str:
    message = message_of(event)
    if message.method == "initialize":
        return str(message.params.get("protocolVersion"))
    return str(claimed(message.params))
