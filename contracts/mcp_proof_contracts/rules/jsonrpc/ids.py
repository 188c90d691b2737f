"""Overview, Requests and Responses: the ids that bring them together."""

from collections.abc import Iterator

from mcp_proof_contracts.dialect import EVERY_JSON_RPC
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.no_entry import NO_ENTRY
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, rule
from mcp_proof_contracts.rules.jsonrpc.asked import readable
from mcp_proof_contracts.rules.jsonrpc.spoken import evidence, in_place
from mcp_proof_contracts.wire import Kind, encode, id_key, is_integer, quote

NO_REQUEST = "the peer sent no request"


def _requests(read: Reading) -> Iterator[Said]:
    """The peer's requests; a notification with an id is a fault of its own."""
    for said in read.messages(Kind.REQUEST):
        if not said.message.method.startswith("notifications/"):
            yield said


@rule("jsonrpc-request-id-type", "MUST", "basic#requests", side="both", otherwise=NO_REQUEST)
def request_id_type(read: Reading) -> Observations:
    """The id of a request is a string or an integer.

    Fractions do not survive every JSON library, and an answer with another id is lost. Zero, "",
    and negative numbers are fine; null has a rule of its own.
    """
    for said in _requests(read):
        if isinstance(said.message.id, str) or is_integer(said.message.id):
            yield Kept(said.event)
        elif said.message.id is not None:
            yield Finding(
                message=f"the id of {said.message.method} is neither a string nor an integer",
                expected="a string or an integer",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "jsonrpc-request-id-not-null", "MUST NOT", "basic#requests", side="both", otherwise=NO_REQUEST
)
def request_id_not_null(read: Reading) -> Observations:
    """The id of a request is not null.

    JSON-RPC gives that id to answers for which no request could be read.
    """
    for said in _requests(read):
        if said.message.id is not None:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"the id of {said.message.method} is null",
                expected="a string or an integer",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "jsonrpc-request-id-unique-session",
    "MUST NOT",
    "basic#requests",
    until=Revision.R2025_11_25,
    side="both",
    otherwise="the peer did not send two requests in one session",
)
def request_id_unique_session(read: Reading) -> Observations:
    """A requestor uses no id twice in one session, not even after the answer.

    A late answer or a cancellation would be taken for the wrong request. The ids 1 and "1" differ,
    and each side counts for itself. Over HTTP a session is what `Mcp-Session-Id` names: a server
    without sessions may begin anew with each request. A message that a resumed stream repeats is
    still the same message, and so is one that is sent again after a 401 or 403.
    """
    used: dict[tuple[str, str, str], dict[tuple[str, str], Said]] = {}
    for said in _requests(read):
        session = _session(read, said)
        if session is None or said.message.id is None:
            continue
        ids = used.setdefault((said.event.session, session, said.event.sender), {})
        first = ids.setdefault(id_key(said.message.id), said)
        if first is said:
            if len(ids) > 1:
                yield Kept(said.event)
        elif first.message.value != said.message.value or not (
            _resumed(read, said) or _turned_away(read, first)
        ):
            yield Finding(
                message=f"the id {quote(said.message.id)} was used for two requests",
                expected="an id that the session has not seen",
                actual=said.message.excerpt,
                events=(first.event, said.event),
            )


def _session(read: Reading, said: Said) -> str | None:
    """The name of the session a message belongs to; `None` where there is none."""
    http = read.http_of(said.event)
    if http is None or read.shared:
        return ""
    for headers in (http.request_headers, http.headers):
        if isinstance(name := headers.get("mcp-session-id"), str):
            return name
    return None


def _turned_away(read: Reading, said: Said) -> bool:
    """Whether HTTP refused the message for want of a credential: it may be sent again with one."""
    http = read.http_of(said.event)
    return http is not None and http.status in NO_ENTRY


def _resumed(read: Reading, said: Said) -> bool:
    """Whether a message came on a stream that takes up an earlier one."""
    http = read.http_of(said.event)
    return http is not None and "last-event-id" in http.request_headers


@rule(
    "jsonrpc-response-id-echo",
    "MUST",
    "basic#responses",
    side="both",
    client_until=LATEST_STATEFUL,
    dialects=EVERY_JSON_RPC,
    otherwise="no request was answered",
)
def response_id_echo(read: Reading) -> Observations:
    """Every response carries the id of the request it answers, and a request has one response.

    The id is the only thing that brings the two together. Looked at: every response, by JSON type
    and value, so that "1" does not answer 1. An error without an id, or with null, is fine where
    the request could not be read, and as the body of an HTTP error; an answer that a resumed
    stream repeats is still the same answer.
    """
    reused = _reused(read)
    answers: set[int] = set()
    for exchange in read.exchanges():
        if not exchange.answers:
            continue
        answers.update(map(id, exchange.answers))
        if reused and exchange.sent.key in reused:
            continue
        first, *more = exchange.answers
        again = [s for s in more if not (_resumed(read, s) and _same(s, first))]
        if again:
            yield Finding(
                message=f"{exchange.sent.message.method} was answered {len(again) + 1} times",
                expected="one response",
                actual=again[0].message.excerpt,
                events=exchange.evidence,
            )
        else:
            yield Kept(first.event)
    for said in read.messages(Kind.RESULT, Kind.ERROR):
        if id(said) not in answers and in_place(read, said.event):
            yield from _stray(read, said)


def _stray(read: Reading, said: Said) -> Iterator[Observation]:
    """Judge a response whose id is none of an open request's."""
    before = [
        e
        for e in read.exchanges()
        if e.sent.event.session == said.event.session and e.sent.event.seq < said.event.seq
    ]
    if said.message.id is not None:
        wrong = not any(_may_have(exchange, said.message.id) for exchange in before)
        what = f"a response has the id {quote(said.message.id)}, which no request has"
    else:
        http = read.http_of(said.event)
        if http is not None and not read.shared:
            before = [e for e in before if e.http is http]
        wrong = all(map(readable, before)) and any(_unanswered(e) for e in before)
        what = "a response has no id, though the request had one"
    if wrong:
        yield Finding(
            message=what,
            expected="the id of the request, of the same JSON type",
            actual=said.message.excerpt,
            events=evidence(read, said),
        )


def _may_have(exchange: Exchange, wanted: Json) -> bool:
    """Whether a message that was sent has this id, or may be read as having it."""
    sent = exchange.sent.message
    if sent.fault:
        return encode(wanted) in sent.raw  # a lenient reader makes something of it
    return id_key(sent.id) == id_key(wanted)


def _unanswered(exchange: Exchange) -> bool:
    return exchange.sent.message.kind is Kind.REQUEST and not exchange.answers


def _same(one: Said, other: Said) -> bool:
    return one.message.value == other.message.value


def _reused(read: Reading) -> set[tuple[str, tuple[str, str]]]:
    """The ids that were sent to the peer twice: which answer is whose cannot be told."""
    if not read.reuses_ids:
        return set()
    seen: set[tuple[str, tuple[str, str]]] = set()
    twice: set[tuple[str, tuple[str, str]]] = set()
    for exchange in read.exchanges():
        if exchange.sent.message.kind is Kind.REQUEST:
            key = exchange.sent.key
            (twice if key in seen else seen).add(key)
    return twice
