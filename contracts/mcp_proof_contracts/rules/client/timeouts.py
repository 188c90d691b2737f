"""Timeouts: how long clients wait for an answer, and what they do then."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from mcp_proof_contracts.client_course import CANCELLED, cancellations_of
from mcp_proof_contracts.client_run import Told, ended_by_itself, told, told_after
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import PROGRESS, as_object

PAGE: Final = "timeouts#timeouts"
MUCH: Final = 5
"""How many times as long as it was asked to a client may wait."""
AT_LEAST: Final = 1.0
"""Seconds that are never too long: machines are slow at times."""
DELIBERATE: Final = 0.5
"""Seconds after which a stream that is still open was not about to be closed."""
NO_TIMEOUT: Final = "no call was asked for that was to be given up, or nobody said what came of it"


class Timed(NamedTuple):
    """A call that was to be given up when no answer came within a time."""

    call: Exchange
    told: Told
    seconds: float
    """How long it was to wait at most."""


@rule("request-timeout-exists", "SHOULD", PAGE, side="client", otherwise=NO_TIMEOUT)
def timeout_exists(read: Reading) -> Observations:
    """A client does not wait for an answer for longer than its timeout.

    A server that hangs must not hang its clients. Looked at: calls that the client was asked to
    wait for only so long, beside what it told its user. An answer that came after five times as
    long, and a second at least, should not have been waited for.
    """
    for timed in _timed(read):
        if _progress(read, timed) is None:
            yield from _waited(timed, "answer")


@rule(
    "request-timeout-hard-limit",
    "SHOULD",
    PAGE,
    side="client",
    since=Revision.R2025_03_26,
    otherwise="no call that was to be given up was reported to go on",
)
def timeout_hard_limit(read: Reading) -> Observations:
    """A client enforces a maximum of time, whatever progress is reported.

    Progress may start its clock anew, but a server that reports for ever must not hold it for
    ever. Looked at: calls that the client was asked to wait for only so long in all, while
    progress was reported to it. An answer that came after five times as long, and a second at
    least, should not have been waited for.
    """
    for timed in _timed(read):
        if _progress(read, timed) is not None:
            yield from _waited(timed, "answer, with progress all the time")


def given_up_in_silence(read: Reading) -> Observations:
    """Judge that the client cancels what it gives up waiting for."""
    given_up = [timed for timed in _timed(read) if _gave_up(timed)]
    if not given_up:
        yield Untested("no call was given up for want of an answer, or nobody said so")
    for timed in given_up:
        call = timed.call
        if read.transport == "http" and read.revision.era is Era.STATELESS:
            yield from _stream_closed(read, timed)
        elif (event := next(cancellations_of(read, call), None)) is not None:
            yield Kept(event)
        elif ended_by_itself(read):
            yield Finding(
                message="the client gave up waiting for tools/call in silence",
                expected=f"`{CANCELLED}` with its id",
                actual=f"its user was told {timed.told.error!r}, and nothing was cancelled",
                events=(call.sent.event, timed.told.event),
            )


def _stream_closed(read: Reading, timed: Timed) -> Observations:
    """Judge that the stream of a call was closed while the client went on."""
    end, answer = _closing(timed.call), timed.call.answer
    if end is not None and told_after(read, end):
        yield Kept(end)
    elif answer is not None and answer.event.at - timed.told.at >= DELIBERATE:
        yield Finding.about(
            timed.call,
            message="the client gave up waiting for tools/call, and left its stream open",
            expected="the stream of the request closed",
        )


def _closing(call: Exchange) -> Event | None:
    """The client's own end of the stream of a call."""
    end = call.http.end if call.http is not None else None
    return end if end is not None and end.data.get("how") == "closed" else None


def _waited(timed: Timed, wanted: str) -> Observations:
    """Judge how long the client waited for one call."""
    answer, sent = timed.call.answer, timed.call.sent.event
    if _gave_up(timed):
        yield Kept(sent)
    elif timed.told.ok and answer is not None:
        waited = answer.event.at - sent.at
        if waited >= max(AT_LEAST, MUCH * timed.seconds):
            yield Finding.about(
                timed.call,
                message=f"the client waited {waited:.1f} s for an {wanted}, and took it",
                expected=f"that it gives up after {timed.seconds:g} s, as it was asked to",
            )


def _gave_up(timed: Timed) -> bool:
    """Whether the user was told of a failure before any answer came."""
    call = timed.call
    answered = call.reply is not None and call.reply.event.seq < timed.told.event.seq
    return not (timed.told.ok or answered or call.is_http_error)


def _timed(read: Reading) -> Iterator[Timed]:
    calls = read.counterpart.exchanges("tools/call")
    for each in told(read, "call"):
        seconds = each.asked.get("timeout")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            continue
        made = [
            call
            for call in calls
            if call.sent.event.seq < each.event.seq
            and call.sent.message.params.get("name") == each.asked.get("tool")
        ]
        if made:
            yield Timed(made[-1], each, float(seconds))


def _progress(read: Reading, timed: Timed) -> Event | None:
    """The first report of progress that came for a call."""
    sent = timed.call.sent
    token = as_object(sent.message.params.get("_meta")).get("progressToken")
    for event in read.events(EventKind.MESSAGE):
        message = event.message
        if event.seq < sent.event.seq or message is None or event.sender is not Sender.SERVER:
            continue
        if message.method == PROGRESS and message.params.get("progressToken") == token:
            return event
    return None
