"""Transports, Streamable HTTP: Session Management."""

from http import HTTPStatus
from itertools import pairwise, takewhile

from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.streamable_http.traffic import SUCCESS, session_id_of
from mcp_proof_contracts.wire import PROGRESS, Kind, id_key

SESSIONS = "streamable-http#session-management"
SINCE, UNTIL = Revision.R2025_03_26, Revision.R2025_11_25
NO_SESSIONS = "the server assigns no session ids"
SHORT = 12
"""Characters below which an id can be guessed whatever it is made of."""
VARIED = 9
"""Characters over which random ids differ; counters and clocks differ over fewer."""


@rule(
    "session-id-visible-ascii",
    "MUST",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    otherwise=NO_SESSIONS,
)
def session_id_visible_ascii(read: Reading) -> Observations:
    """A session id has only visible ASCII characters, 0x21 to 0x7E.

    The id travels in a header, where other characters are cut, changed or refused on the way.
    Looked at: every `Mcp-Session-Id` that came with an `InitializeResult`.
    """
    for http, session_id in _assigned(read):
        wrong = [character for character in session_id if not "!" <= character <= "~"]
        if not wrong:
            yield Kept(http.request)
        else:
            yield Finding(
                message="a session id has characters that are not visible ASCII",
                expected="only characters from 0x21 to 0x7E",
                actual=f"{session_id!r} with {', '.join(f'0x{ord(c):02X}' for c in wrong)}",
                events=http.evidence,
            )


@rule(
    "session-id-unpredictable",
    "SHOULD",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    probes=("session-ids",),
    otherwise=NO_SESSIONS,
)
def session_id_unpredictable(read: Reading) -> Observations:
    """Session ids are globally unique and cannot be guessed.

    Who guesses an id takes over somebody's session. Looked at: the ids of several initializations.
    They repeat, are very short, or differ in so few neighbouring characters that a counter or a
    clock must have made them; UUIDs, tokens and hashes do none of this.
    """
    assigned = list(_assigned(read))
    for (before, first), (after, second) in pairwise(assigned):
        events = (*before.evidence[:2], *after.evidence[:2])
        problem = ""
        if first == second:
            problem = "two sessions got the same id"
        elif len(second) < SHORT:
            problem = "a session id is short enough to be guessed"
        elif _varied(first, second) < VARIED:
            problem = "two session ids differ so little that one can be guessed from the other"
        if not problem:
            yield Kept(after.request)
        else:
            yield Finding(
                message=problem,
                expected="globally unique, cryptographically secure ids, such as random UUIDs",
                actual=f"{first!r}, then {second!r}",
                events=events,
            )


@rule(
    "session-id-missing-400",
    "SHOULD",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    probes=("session-header",),
    otherwise=NO_SESSIONS,
)
def session_id_missing_400(read: Reading) -> Observations:
    """A server that requires the session id answers a request without it by status 400.

    404 would tell the client that its session is gone. Looked at: a request without the header,
    after an id was assigned. A server that serves it does not require the id.
    """
    for exchange in read.stimuli("session-header", "missing"):
        if exchange.served:
            yield Untested("the server does not require the session id")
        elif exchange.status == HTTPStatus.BAD_REQUEST:
            yield Kept(exchange.sent.event)
        elif exchange.status is not None:
            yield Finding.about(
                exchange,
                message=f"a request without session id was refused with status {exchange.status}",
                expected="HTTP 400",
            )


@rule(
    "session-id-unknown-refused",
    "implied",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    probes=("session-header",),
    otherwise=NO_SESSIONS,
)
def session_id_unknown_refused(read: Reading) -> Observations:
    """A session id that was never assigned is refused.

    Otherwise anybody may choose the id of a session that somebody else comes to use. Looked at: a
    request with an invented id, at a server that assigns ids; 400 and 404 are both defensible, any
    refusal counts.
    """
    for exchange in read.stimuli("session-header", "unknown"):
        if exchange.refused:
            yield Kept(exchange.sent.event)
        elif exchange.served:
            yield Finding.about(
                exchange,
                message="a request with a session id that was never assigned was served",
                expected="a refusal, HTTP 404 or 400",
            )


@rule(
    "session-terminated-404",
    "MUST",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    probes=("session-end",),
    otherwise="no session was terminated",
)
def session_terminated_404(read: Reading) -> Observations:
    """A request in a terminated session is answered by status 404.

    Only 404 tells the client to begin a new session. Looked at: a request with the id of a session
    whose DELETE the server accepted just before.
    """
    for exchange in read.stimuli("session-end", "after"):
        deleted = [h for h in read.http("session-end", "delete") if h.status in SUCCESS]
        if not any(h.request.session == exchange.sent.event.session for h in deleted):
            yield Untested("the server does not let clients terminate sessions")
        elif exchange.status == HTTPStatus.NOT_FOUND:
            yield Kept(exchange.sent.event)
        elif exchange.status is not None:
            yield Finding(
                message=f"a request in a terminated session got status {exchange.status}",
                expected="HTTP 404",
                actual=exchange.outcome,
                events=(*deleted[0].evidence[:2], *exchange.evidence),
            )


@rule(
    "session-delete-ok-or-405",
    "implied",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    probes=("session-end",),
    otherwise=NO_SESSIONS,
)
def session_delete_ok_or_405(read: Reading) -> Observations:
    """A DELETE with a live session id succeeds, or is answered by status 405.

    A client that leaves should be able to say so; 405 says that the server does not let it.
    """
    for http in read.http("session-end", "delete"):
        if http.status in SUCCESS or http.status == HTTPStatus.METHOD_NOT_ALLOWED:
            yield Kept(http.request)
        elif http.status is not None:
            yield Finding(
                message=f"a DELETE of a live session got status {http.status}",
                expected="a status of success, or HTTP 405",
                actual=f"HTTP {http.status}",
                events=http.evidence,
            )


@rule(
    "session-isolation",
    "implied",
    SESSIONS,
    since=SINCE,
    until=UNTIL,
    transport="http",
    probes=("session-isolation",),
    otherwise=NO_SESSIONS,
)
def session_isolation(read: Reading) -> Observations:
    """Nothing that belongs to one session appears in another.

    Sessions belong to different users. Looked at: two clients that make requests at once, with
    ids and progress tokens of their own, each listening on a GET stream too.
    """
    owners = {owner: e for e in read.stimuli("session-isolation") for owner in _owned(e)}
    for http in read.http("session-isolation"):
        for said in http.answers:
            message = said.message
            key: object = ("id", id_key(message.id)) if message.is_response else None
            if message.method == PROGRESS:
                key = ("token", id_key(message.progress_token))
            owner = owners.get(key)
            if owner is None:
                continue
            if owner.sent.event.session == said.event.session:
                yield Kept(said.event)
            else:
                yield Finding(
                    message="a message of one session came in another",
                    expected="messages only in the session that they belong to",
                    actual=message.excerpt,
                    events=(owner.sent.event, *http.evidence[:2], said.event),
                )


def _assigned(read: Reading) -> list[tuple[HttpExchange, str]]:
    """Every session id, with the exchange that assigned it."""
    return [
        (exchange.http, session_id_of(exchange.http))
        for exchange in read.results("initialize")
        if exchange.http is not None and session_id_of(exchange.http)
    ]


def _varied(first: str, second: str) -> int:
    """Over how many characters two ids differ, from the first difference to the last."""
    longest = max(len(first), len(second))
    prefix = _shared(first, second)
    suffix = _shared(first[::-1], second[::-1])
    return longest - prefix - min(suffix, longest - prefix)


def _shared(first: str, second: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _owned(exchange: Exchange) -> list[object]:
    """What tells the messages of a request: its id, and its progress token."""
    message = exchange.sent.message
    if message.kind is not Kind.REQUEST or not exchange.case:
        return []
    token = message.progress_token
    tokens = [("token", id_key(token))] if token is not None else []
    return [("id", id_key(message.id)), *tokens]
