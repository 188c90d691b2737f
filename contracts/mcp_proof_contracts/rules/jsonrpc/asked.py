"""What servers say to clients, and what becomes of it: the part of the envelope that clients keep.

No probe labels it: what is said to a client is known by what it is.
"""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_course import failed_after, passed_over, went_on
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.schema import is_valid, notification, request
from mcp_proof_contracts.schema_layers import composed
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_object, is_integer, mistyped, quote

PATIENCE: Final = 2.0
"""Seconds after which a client that goes on has left a request unanswered."""
SLOW: Final = frozenset({"sampling/createMessage", "elicitation/create", "roots/list"})
"""Requests for which a client may have to ask somebody."""
ITS_OWN: Final = {
    "roots/list": {"roots"},
    "elicitation/create": {"action"},
    "sampling/createMessage": {"role", "content", "model"},
}
"""The members by which the result of a request is known for its own."""


def readable(exchange: Exchange) -> bool:
    """Whether a message is such that every peer can read its id, if it needs one."""
    sent = exchange.sent.message
    if exchange.sent.event.message is not sent:
        return False  # an element of a batch
    if sent.kind is not Kind.REQUEST:
        return sent.kind is not Kind.INVALID
    sound = sent.members.get("jsonrpc") == "2.0" and bool(sent.method)
    return sound and (isinstance(sent.id, str) or is_integer(sent.id))


def to_nobody(read: Reading) -> Iterator[tuple[Said, list[Exchange]]]:
    """Yield the client's answers without an id, with all readable messages that came before.

    Where something unreadable came before, such an answer may belong to that, and is left out.
    """
    for said in read.messages(Kind.RESULT, Kind.ERROR):
        if said.message.id is None:
            before = _before(read, said)
            if all(map(readable, before)):
                yield said, before


def notifications_answered(read: Reading) -> Observations:
    """Judge that a client answers no notification."""
    answered: set[str] = set()
    for said, before in to_nobody(read):
        notifications = [e for e in before if e.sent.message.kind is Kind.NOTIFICATION]
        due = any(e.sent.message.kind is Kind.REQUEST and not e.answers for e in before)
        if notifications and not due:
            last = notifications[-1].sent
            answered.add(said.event.session)
            yield Finding(
                message=f"{last.message.method or 'a notification'} was answered",
                expected="no JSON-RPC response",
                actual=said.message.excerpt,
                events=(last.event, said.event),
            )
    for exchange in read.exchanges():
        event = exchange.sent.event
        told = exchange.sent.message.kind is Kind.NOTIFICATION
        if told and event.session not in answered and _lived_on(read, exchange):
            yield Kept(event)


def strange_notifications(read: Reading) -> Observations:
    """Judge that a client goes on after a notification that no revision knows."""
    for exchange in read.exchanges():
        message, event = exchange.sent.message, exchange.sent.event
        known = any(notification(revision, message.method) for revision in REVISIONS)
        if message.kind is not Kind.NOTIFICATION or known or not message.method:
            continue
        if went_on(read, event):
            yield Kept(event)
        elif failure := failed_after(read, event):
            yield Finding(
                message=f"the client fails after {message.method}, which it does not know",
                expected="it goes on as if nothing had been said",
                actual=failure,
                events=(event,),
            )


def strange_members(read: Reading) -> Observations:
    """Judge that a client takes results, and requests, with members that it does not know."""
    for exchange in read.exchanges():
        row = request(read.revision, exchange.sent.message.method)
        params = exchange.sent.message.params
        if row is None or not exchange.is_good_request or not _strange(read, row.params, params):
            continue
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.answer is not None and exchange.error_code != METHOD_NOT_FOUND:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} with an unknown member failed",
                expected="a result",
            )
    for exchange in read.counterpart.exchanges():
        row = request(read.revision, exchange.sent.message.method)
        if row is None or row.result is None or exchange.answer is None:
            continue
        if not _strange(read, row.result, exchange.result):
            continue
        event = exchange.answer.event
        if went_on(read, event):
            yield Kept(event)
        elif is_valid(read.revision, row.result, exchange.result) and (
            failure := failed_after(read, event)
        ):
            yield Finding(
                message=f"the client fails after a result of {row.method} with an unknown member",
                expected="the member is passed over",
                actual=failure,
                events=exchange.evidence,
            )


def unknown_requests(read: Reading) -> Observations:
    """Judge that a client refuses requests that no revision knows."""
    for exchange in read.exchanges():
        method = exchange.sent.message.method
        if any(request(revision, method) for revision in REVISIONS):
            continue
        if not exchange.is_good_request or exchange.answer is None:
            continue
        if exchange.error_code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="a request for an unknown method is not answered with -32601",
                expected="error -32601",
            )


def requests_answered(read: Reading) -> Observations:
    """Judge that a client answers every request, as far as it can at once."""
    for exchange in read.exchanges():
        if not exchange.is_good_request:
            continue
        method = exchange.sent.message.method
        if exchange.answer is not None:
            yield Kept(exchange.answer.event)
        elif method not in SLOW and not read.cancelled(exchange) and left_alone(read, exchange):
            yield Finding(
                message=f"{method} was never answered",
                expected="a response with the request's id",
                actual=f"none within {PATIENCE:g} s, by a client that went on",
                events=(exchange.sent.event,),
            )


def left_alone(read: Reading, exchange: Exchange) -> bool:
    """Whether the client went on for long in the session, and answered nothing in its place."""
    sent = exchange.sent.event
    if _mistyped(read, exchange) is not None or _misspelt(read, exchange) is not None:
        return False
    if any(not e.message or e.message.id is None for e in _responses(read, exchange)):
        return False  # errors_without_id, or others, speak of it
    return passed_over(read, sent, PATIENCE) is not None


def unusual_ids(read: Reading) -> Observations:
    """Judge that a client gives ids back in their own JSON type."""
    for exchange in read.exchanges():
        wanted = exchange.sent.message.id
        unusual = isinstance(wanted, int) or wanted == "" or str(wanted).isdigit()
        if not exchange.is_good_request or not unusual:
            continue
        if exchange.answer is not None:
            yield Kept(exchange.answer.event)
        elif wrong := _mistyped(read, exchange):
            yield Finding(
                message=f"a request with the id {quote(wanted)} got no answer to it",
                expected=f'a response with "id": {quote(wanted)}',
                actual=wrong.message.excerpt,
                events=(exchange.sent.event, wrong.event),
            )


def errors_without_id(read: Reading) -> Observations:
    """Judge that a client's errors say which request they answer."""
    for exchange in read.exchanges():
        answer = exchange.answer
        if answer is not None and answer.message.kind is Kind.ERROR and exchange.is_good_request:
            yield Kept(answer.event)
    for said, before in to_nobody(read):
        due = [e for e in before if e.is_good_request and not e.answers]
        if said.message.kind is Kind.ERROR and due:
            yield Finding(
                message=f"the error that answers {due[-1].sent.message.method} has no id",
                expected=f'"id": {quote(due[-1].sent.message.id)}',
                actual=said.message.excerpt,
                events=(due[-1].sent.event, said.event),
            )


def own_results(read: Reading) -> Observations:
    """Judge that requests of different kinds that are under way together get their own results."""
    asked = [e for e in read.exchanges() if e.is_good_request and e.served]
    for exchange in asked:
        own = ITS_OWN.get(exchange.sent.message.method)
        others = [e for e in asked if _together(exchange, e)]
        if own is None or not others or exchange.answer is None:
            continue
        if own & set(exchange.result):
            yield Kept(exchange.answer.event)
            continue
        mixed = next((e for e in others if own & set(e.result)), None)
        if mixed is not None:
            yield Finding(
                message=f"{exchange.sent.message.method} was answered with the result of another",
                expected=f"a result with {' or '.join(sorted(own))}",
                actual=quote(dict(exchange.result)),
                events=(*exchange.evidence, *mixed.evidence),
            )


def characters_returned(read: Reading) -> Observations:
    """Judge that ids and cursors beyond ASCII come back as they were given."""
    for exchange in read.exchanges():
        wanted = exchange.sent.message.id
        if not exchange.is_good_request or not isinstance(wanted, str) or wanted.isascii():
            continue
        if exchange.answer is not None:
            yield Kept(exchange.answer.event)
        elif wrong := _misspelt(read, exchange):
            yield _changed(f"the id {quote(wanted)}", wrong.message.id, exchange, wrong)
    yield from _cursors(read)


def _cursors(read: Reading) -> Observations:
    given: dict[str, tuple[str, Exchange]] = {}
    for exchange in read.counterpart.exchanges():
        method, cursor = exchange.sent.message.method, exchange.sent.message.params.get("cursor")
        last, page = given.get(method, ("", exchange))
        if isinstance(cursor, str) and last:
            if _beyond_ascii(cursor) == _beyond_ascii(last):
                yield Kept(exchange.sent.event)
            else:
                yield _changed(f"the cursor {quote(last)}", cursor, page, exchange.sent)
        following = exchange.result.get("nextCursor")
        strange = isinstance(following, str) and not following.isascii()
        given[method] = (str(following), exchange) if strange else ("", exchange)


def _changed(what: str, now: Json, given: Exchange, said: Said) -> Finding:
    return Finding(
        message=f"{what} came back changed",
        expected="the same characters",
        actual=quote(now),
        events=(*given.evidence[:2], said.event),
    )


def _beyond_ascii(text: str) -> str:
    return "".join(c for c in text if not c.isascii())


def _strange(read: Reading, definition: str, members: Json) -> bool:
    """Whether an object has members that its definition does not name."""
    schema = composed(read.revision).definitions.get(definition)
    named = as_object(schema).get("properties") if isinstance(schema, dict) else None
    return isinstance(named, dict) and not set(as_object(members)) <= {*named, "_meta"}


def _before(read: Reading, said: Said) -> list[Exchange]:
    event = said.event
    return [
        e
        for e in read.exchanges()
        if e.sent.event.session == event.session and e.sent.event.seq < event.seq
    ]


def _answers_after(read: Reading, exchange: Exchange) -> Iterator[Said]:
    """The client's responses after a request in its session that answer nothing that was asked."""
    sent = exchange.sent.event
    for said in read.messages(Kind.RESULT, Kind.ERROR):
        event = said.event
        if event.session != sent.session or event.seq < sent.seq:
            continue
        whose = read.exchange_of(event)
        if whose is None or said not in whose.answers:
            yield said


def _mistyped(read: Reading, exchange: Exchange) -> Said | None:
    wanted = exchange.sent.message.id
    found = _answers_after(read, exchange)
    return next((said for said in found if mistyped(said.message.id, wanted)), None)


def _misspelt(read: Reading, exchange: Exchange) -> Said | None:
    """A response with an id of text beyond ASCII, or in place of it, that nobody gave."""
    for said in _answers_after(read, exchange):
        wrong = said.message.id
        if isinstance(wrong, str) and (not wrong.isascii() or "?" in wrong):
            return said
    return None


def _lived_on(read: Reading, exchange: Exchange) -> bool:
    return went_on(read, exchange.sent.event) or ended_by_itself(read)


def _responses(read: Reading, exchange: Exchange) -> Iterator[Event]:
    return (said.event for said in _answers_after(read, exchange))


def _together(one: Exchange, other: Exchange) -> bool:
    """Whether two requests of one session were under way at once."""
    if one is other or one.answer is None or other.answer is None:
        return False
    first, last = sorted((one, other), key=lambda each: each.sent.event.seq)
    same = first.sent.event.session == last.sent.event.session
    assert first.answer is not None
    return same and last.sent.event.seq < first.answer.event.seq
