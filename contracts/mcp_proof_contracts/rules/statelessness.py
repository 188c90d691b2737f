"""Overview, Statelessness: every request stands for itself, whatever came before it."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule

PAGE: Final = "basic#statelessness"
SINCE: Final = Revision.R2026_07_28
LISTED: Final = ("tools", "resources", "prompts")
"""The members of list results, of which each has one."""


@rule(
    "stateless-no-prior-request",
    "MUST NOT",
    PAGE,
    since=SINCE,
    probes=("newcomer",),
    otherwise="the server has no list to ask for, or did not answer it",
)
def stateless_no_prior_request(read: Reading) -> Observations:
    """The very first request on a connection is answered like any later one.

    `server/discover` is optional for clients, so nothing may depend on it. Looked at: a list as
    the first request of a new connection (over stdio of a new process), against the same list
    asked before and after where `server/discover` had been sent. A list that changes by itself
    meanwhile is not judged.
    """
    before, first, after = (
        next(read.stimuli("newcomer", case), None) for case in ("before", "first", "after")
    )
    if before is None or first is None or after is None:
        return
    if not before.served or not after.served or _items(before) != _items(after):
        yield Untested("the list is refused, or changes by itself")
    elif first.served and _items(first) == _items(before):
        yield Kept(first.sent.event)
    elif first.served or first.refused:
        word = "answered otherwise" if first.served else "refused"
        yield Finding(
            message=f"{first.sent.message.method} is {word} as the first request of a connection",
            expected="the same answer as on a connection that began with server/discover",
            actual=first.outcome,
            events=(*before.evidence, *first.evidence),
        )


@rule(
    "stateless-version-not-remembered",
    "MUST NOT",
    PAGE,
    since=SINCE,
    probes=("request-meta",),
    otherwise="no request without its metadata was answered",
)
def stateless_version_not_remembered(read: Reading) -> Observations:
    """A request without version or capabilities is not completed from an earlier request.

    Each request supplies its own metadata, so that any connection, process or server behind a
    balancer can answer it. Looked at: `server/discover` without `_meta`, or without its version,
    on a connection where a complete one was served before; any refusal will do.
    """
    for case in ("no-meta", "no-version"):
        for exchange in read.stimuli("request-meta", case):
            complete = next(_served_before(read, exchange), None)
            if complete is None:
                continue
            if exchange.served:
                yield Finding(
                    message="a request without its metadata was served after a complete one",
                    expected="a refusal (-32602)",
                    actual=exchange.outcome,
                    events=(complete.sent.event, *exchange.evidence),
                )
            elif exchange.refused:
                yield Kept(exchange.sent.event)


@rule(
    "stateless-connection-not-required",
    "SHOULD NOT",
    PAGE,
    since=SINCE,
    probes=("newcomer",),
    otherwise="no call and no cursor of one connection was used on another",
)
def stateless_connection_not_required(read: Reading) -> Observations:
    """Related requests succeed on another connection or process than the one they began on.

    A client may reconnect, and a balancer may choose another server, between any two requests.
    Looked at: a cursor from one connection, and a tool listed on one connection, each used on a
    new connection (over stdio in a new process), where the same request was served on the first.
    """
    for exchange in chain(read.stimuli("newcomer", "cursor"), read.stimuli("newcomer", "call")):
        home = next(_same_elsewhere(read, exchange), None)
        if home is None:
            continue
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.refused:
            yield Finding(
                message=f"{exchange.sent.message.method} works on the first connection only",
                expected="the result that the same request has on the first connection",
                actual=exchange.outcome,
                events=(*home.evidence, *exchange.evidence),
            )


@rule(
    "stateless-interleaved-clients",
    "SHOULD",
    PAGE,
    since=SINCE,
    probes=("interleaved",),
    otherwise="the server has no list to ask for, or answered none of the requests",
)
def stateless_interleaved_clients(read: Reading) -> Observations:
    """Requests of two clients interleaved on one connection do not disturb each other.

    A connection is no conversation: a gateway may put many clients on one. Looked at: the same
    list asked by two `clientInfo` identities in turn; a refusal of one while another is served
    is a finding.
    """
    asked = list(read.stimuli("interleaved"))
    served = [exchange for exchange in asked if exchange.served]
    for exchange in asked:
        if not served:
            return
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.refused:
            yield Finding(
                message="a request was refused when two clients shared the connection",
                expected="a result for both clients",
                actual=exchange.outcome,
                events=(*served[0].evidence, *exchange.evidence),
            )


def _items(exchange: Exchange) -> JsonObject:
    """What a list result lists, without what may differ from answer to answer."""
    return {name: exchange.result[name] for name in LISTED if name in exchange.result}


def _served_before(read: Reading, exchange: Exchange) -> Iterator[Exchange]:
    """The complete requests that were served earlier on the same connection."""
    for other in read.exchanges(exchange.sent.message.method):
        same = other.sent.event.session == exchange.sent.event.session
        complete = other.sent.revision is read.revision
        if same and complete and other.served and other.sent.event.seq < exchange.sent.event.seq:
            yield other


def _same_elsewhere(read: Reading, exchange: Exchange) -> Iterator[Exchange]:
    """The same request where another connection had it served."""
    wanted = _parameters(exchange)
    for other in read.exchanges(exchange.sent.message.method):
        elsewhere = other.sent.event.session != exchange.sent.event.session
        if elsewhere and other.served and _parameters(other) == wanted:
            yield other


def _parameters(exchange: Exchange) -> JsonObject:
    params = exchange.sent.message.params
    return {name: value for name, value in params.items() if name != "_meta"}
