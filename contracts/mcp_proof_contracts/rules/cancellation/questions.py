"""Cancellation: what a client does when the server takes back what it has asked."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested
from mcp_proof_contracts.survival import survived
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, id_key

CANCELLED: Final = "notifications/cancelled"
CROSSING: Final = 0.1
"""Seconds in which an answer may be on its way that a client gave before it read on."""


def taken_back(read: Reading) -> Observations:
    """Judge that a question which was taken back gets no answer.

    That the client has read the cancellation is proved when it answers what the server asked behind
    it, or when its user is told of what came behind it, on the same stream. An answer close behind
    that was on its way already: over HTTP it takes a POST of its own.
    """
    for cancel, asked in _cancellations(read):
        if asked is None or _is_before(asked, cancel):
            continue
        answer = asked.answer
        proof = _proof(read, cancel)
        if answer is None:
            if proof is not None and ended_by_itself(read):
                yield Kept(proof)
        elif _tells_so(asked) or (proof is not None and _is_later(answer.event, proof)):
            yield Finding(
                message=f"{asked.sent.message.method} was answered after it was cancelled",
                expected="no response",
                actual=answer.message.excerpt,
                events=(asked.sent.event, cancel.sent.event, answer.event),
            )
        else:
            yield Untested("the response crossed the cancellation")


def not_taken_back(read: Reading) -> Observations:
    """Say so where no question was taken back."""
    if not any(asked is not None for _, asked in _cancellations(read)):
        yield Untested("the server took back nothing that it had asked")


def meaningless(read: Reading) -> Observations:
    """Judge that a cancellation of something unknown, or of nothing, is ignored."""
    for cancel, asked in _cancellations(read):
        if asked is None:
            yield from survived(read, cancel.sent.event, "a cancellation that means nothing")


def crossed(read: Reading) -> Observations:
    """Judge that a cancellation of what the client has answered does no harm."""
    for cancel, asked in _cancellations(read):
        if asked is not None and _is_before(asked, cancel):
            yield from survived(read, cancel.sent.event, "a cancellation that crossed its answer")


def _cancellations(read: Reading) -> Iterator[tuple[Exchange, Exchange | None]]:
    """Yield what the server took back, each with the question that it names."""
    if read.revision.era is Era.STATELESS:
        return  # servers take back nothing that they have asked
    made = read.derived(_by_id)
    for cancel in read.exchanges(CANCELLED):
        sent = cancel.sent
        key = (sent.event.session, id_key(sent.message.params.get("requestId")))
        named = [e for e in made.get(key, ()) if e.sent.event.seq < sent.event.seq]
        yield cancel, named[-1] if named else None


def _by_id(read: Reading) -> dict[tuple[str, tuple[str, str]], list[Exchange]]:
    """The questions of the server, by session and id."""
    found: dict[tuple[str, tuple[str, str]], list[Exchange]] = defaultdict(list)
    for exchange in read.exchanges():
        if exchange.sent.message.kind is Kind.REQUEST:
            found[exchange.sent.key].append(exchange)
    return found


def _is_before(asked: Exchange, cancel: Exchange) -> bool:
    """Whether a question was answered before the server took it back."""
    return asked.answer is not None and asked.answer.event.seq < cancel.sent.event.seq


def _is_later(answer: Event, proof: Event) -> bool:
    """Whether an answer was surely given after the cancellation had been read."""
    return answer.seq > proof.seq and answer.at - proof.at > CROSSING


def _tells_so(asked: Exchange) -> bool:
    """Whether an answer says that it is one to the cancellation."""
    if asked.answer is None or asked.answer.message.kind is not Kind.ERROR:
        return False
    return "cancel" in str(asked.answer.message.error.get("message", "")).lower()


def _proof(read: Reading, cancel: Exchange) -> Event | None:
    """What shows that the client has read the cancellation."""
    sent = cancel.sent.event
    here = (sent.session, sent.channel)
    shown: list[Event] = []
    for exchange in read.exchanges():
        event = exchange.sent.event
        if event.seq > sent.seq and (event.session, event.channel) == here and exchange.answer:
            shown.append(exchange.answer.event)
    behind = [
        exchange.answer.event
        for exchange in read.counterpart.exchanges()
        if exchange.answer is not None
        and exchange.answer.event.seq > sent.seq
        and (exchange.answer.event.session, exchange.answer.event.channel) == here
    ]
    if behind:
        shown += [each.event for each in told(read) if each.event.seq > behind[0].seq][:1]
    return min(shown, key=lambda event: event.seq, default=None)
