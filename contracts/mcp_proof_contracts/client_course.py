"""How a client under test went on after something that it was told."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, exit_code, told, told_after
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import id_key

CANCELLED: Final = "notifications/cancelled"


def said_after(read: Reading, event: Event, *, session: str = "") -> Iterator[Event]:
    """Yield what the client said after an event, in any session or in one.

    A cancellation is not among it: who gives up says that, too.
    """
    for later in read.derived(_said):
        in_session = session in ("", later.session)
        if later.seq > event.seq and in_session:
            yield later


def went_on(read: Reading, event: Event) -> bool:
    """Whether the client said anything more after an event in the same session."""
    return next(said_after(read, event, session=event.session), None) is not None


def passed_over(read: Reading, asked: Event, seconds: float) -> Event | None:
    """Return what the client said when it had surely read a request, so many seconds before.

    An answer that it waited for came behind the request on the same stream, so much later, and it
    went on after that. What only comes late may have been held up on its way, or been said before.
    """
    for exchange in read.counterpart.exchanges():
        answer = exchange.answer.event if exchange.answer is not None else None
        if answer is None or answer.seq < asked.seq or answer.at - asked.at < seconds:
            continue
        if (answer.session, answer.channel) == (asked.session, asked.channel):
            later = next(said_after(read, answer, session=asked.session), None)
            if later is not None:
                return later
    return None


def failed_after(read: Reading, event: Event) -> str:
    """How the client came to a bad end of its own right after an event; "" where it did not.

    It did when it said nothing more to anybody, and its user was told of a failure; where the user
    is told nothing, the exit code says it.
    """
    if not ended_by_itself(read) or next(said_after(read, event), None) is not None:
        return ""
    failures = [outcome for outcome in told_after(read, event) if not outcome.ok]
    if failures:
        return f"its user was told: {failures[0].error or 'a failure'}"
    code = exit_code(read)
    return f"it exited with code {code}" if code and next(told(read), None) is None else ""


def cancellations_of(read: Reading, exchange: Exchange) -> Iterator[Event]:
    """Yield the notifications by which the client cancels a request of its own."""
    sent = exchange.sent
    for cancel in read.counterpart.exchanges(CANCELLED):
        event, named = cancel.sent.event, cancel.sent.message.params.get("requestId")
        if event.session == sent.event.session and id_key(named) == id_key(sent.message.id):
            yield event


def _said(read: Reading) -> list[Event]:
    """The client's messages, of whatever revision."""
    return [
        event
        for event in read.events(EventKind.MESSAGE)
        if event.sender is Sender.CLIENT
        and event.message is not None
        and event.message.method != CANCELLED
    ]
