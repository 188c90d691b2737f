"""Transports, stdio: how clients treat the process that is their server."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from mcp_proof_contracts.client_course import cancellations_of, failed_after, said_after
from mcp_proof_contracts.client_run import Told, ended_by_itself, ending, told, told_after
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.stdio import nothing_but_messages
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Kind, as_object, quote

PAGE: Final = "transports/stdio#stdio"
STATELESS: Final = Revision.R2026_07_28
WAITED: Final = 0.2
"""Seconds between the end of the input and a signal that show that the client has waited."""
COARSE: Final = 0.2
"""Seconds by which the clock of a client may be behind."""


class Process(NamedTuple):
    """One process that the client has started, and how it ended."""

    close: Event
    how: str
    """eof, sigterm, sigkill, or exited (of itself)."""
    input_end: Event | None
    """When its standard input was closed."""
    sigterm: Event | None
    """When SIGTERM came."""
    outlived: bool
    """Whether it was surely still there when the client had come to its own end."""
    went_first: bool
    """Whether it was gone by then."""


@rule(
    "stdio-stdin-clean",
    "MUST NOT",
    PAGE,
    side="client",
    transport="stdio",
    otherwise="the client wrote nothing",
)
def stdin_clean(read: Reading) -> Observations:
    """The server's standard input gets messages and nothing else.

    A server takes each line for a message, and may give up at one that is none. Looked at: every
    line from the start of the process to its end. Empty lines are tolerated.
    """
    yield from nothing_but_messages(read, "stdin was given", "nothing on stdin but messages")


@rule(
    "stdio-stderr-not-an-error",
    "SHOULD NOT",
    PAGE,
    side="client",
    since=Revision.R2025_11_25,
    transport="stdio",
    otherwise="no server wrote to its standard error, or the client did not come to its own end",
)
def stderr_not_an_error(read: Reading) -> Observations:
    """What a server writes to standard error is not taken for its failure.

    Servers log there whatever they like, as much as they like. Looked at: processes that write to
    it while the client waits for an answer. A client that goes on after the answer has kept the
    rule; one whose user is told of a failure, and that says nothing more, has not: it gave up, or
    left the pipe unread until the server could write no more.
    """
    for error, answer in _answers_after_stderr(read):
        if next(said_after(read, answer, session=answer.session), None) is not None:
            yield Kept(error)
        elif failure := failed_after(read, answer):
            yield Finding(
                message="the client failed after its server had written to standard error",
                expected="it goes on: the server has answered",
                actual=failure,
                events=(error, answer),
            )


@rule(
    "stdio-client-closes-stdin-first",
    "SHOULD",
    "shutdown#shutdown",
    side="client",
    transport="stdio",
    otherwise="no process was seen to lose its input or to get SIGTERM, or the client did not come "
    "to its own end",
)
def closes_stdin_first(read: Reading) -> Observations:
    """A client ends its server by closing its standard input, and waits before anything stronger.

    That is how a server learns that it can finish its work and tidy up. Looked at: processes that
    lost their input, and those that got SIGTERM: a finding is that the input was surely open then.
    Where both came together nothing is told: a process that does not get to run learns late that
    its input was closed. One that is killed outright cannot be told from one that crashed.
    """
    if not ended_by_itself(read):
        return
    for process in _processes(read):
        closed, signal = process.input_end, process.sigterm
        if closed is not None and (signal is None or signal.at - closed.at >= WAITED):
            yield Kept(closed)
        elif signal is not None and signal.data.get("input_open") is True:
            yield Finding(
                message="the server got SIGTERM before its input was closed",
                expected="its input is closed, and it is given time to exit",
                actual="SIGTERM, with the input open",
                events=(signal,),
            )


@rule(
    "stdio-client-escalates",
    "SHOULD",
    "shutdown#shutdown",
    side="client",
    transport="stdio",
    otherwise="every server exited when its input was closed, or the client did not come to its "
    "own end",
)
def client_escalates(read: Reading) -> Observations:
    """A server that does not exit when its input is closed is terminated: SIGTERM, then SIGKILL.

    Whoever leaves it running leaves an orphan behind each time. Looked at: processes that were
    still there after their input had been closed. A finding is one that said that it was still
    there when the client had ended, and had got no signal.
    """
    if not ended_by_itself(read):
        return
    for process in _processes(read):
        if process.input_end is None or process.how in ("eof", "exited"):
            continue
        if process.sigterm is not None or process.went_first:
            yield Kept(process.sigterm or process.close)
        elif process.outlived:
            yield Finding(
                message="a server that did not exit was left running",
                expected="SIGTERM, and SIGKILL where that does not help",
                actual="no signal came before the client had ended",
                events=(process.input_end, process.close),
            )


@rule(
    "stdio-cancel-by-notification",
    "MUST",
    "transports/stdio#cancellation",
    side="client",
    since=STATELESS,
    transport="stdio",
    otherwise="the client gave up no request while it went on with others",
)
def cancel_by_notification(read: Reading) -> Observations:
    """A request that the client no longer waits for is cancelled by `notifications/cancelled`.

    All share the channel: there is no stream of the request that could be closed, and without the
    notification the server works on for nobody. Looked at: calls of which the user was told that
    they had failed while they were unanswered, on a process on which the client asked for other
    things after that. An answer that comes just after the failure may be what the user was told
    of: clients tell the time by clocks of their own.
    """
    calls = read.counterpart.exchanges("tools/call")
    for outcome in told(read, "call"):
        if outcome.ok:
            continue
        for call in calls:
            if _was_under_way(call, outcome) and _asked_after(read, call, outcome):
                yield _cancelled(read, call)


@rule(
    "stdio-client-restarts-server",
    "SHOULD",
    "transports/stdio#unexpected-termination",
    side="client",
    since=STATELESS,
    transport="stdio",
    otherwise="no server exited of itself before the client was done with it",
)
def restarts_server(read: Reading) -> Observations:
    """A server that has exited unexpectedly is started again when it is needed.

    No request depends on another, so that nothing is lost with the process but what was under way.
    Looked at: processes that exit of themselves. A finding is that the user asks for something
    afterwards and is told of a failure, and no process was started.
    """
    for process in _processes(read):
        if process.how != "exited" or process.input_end is not None:
            continue
        close = process.close
        again = [e for e in said_after(read, close) if e.session != close.session]
        if again:
            yield Kept(again[0])
            continue
        failed = _begun_after(read, close)
        if ended_by_itself(read) and failed is not None:
            yield Finding(
                message="the server was not started again after it had exited",
                expected="a new process for the next request",
                actual=f"the user was told: {failed.error or 'a failure'}",
                events=(close, failed.event),
            )


@rule(
    "stdio-meta-inline",
    "MUST",
    "transports/stdio#request-metadata",
    side="client",
    since=STATELESS,
    transport="stdio",
    otherwise="the client sent no request",
)
def meta_inline(read: Reading) -> Observations:
    """Over stdio each request carries the version and the capabilities in its own `_meta`.

    There are no headers that could say it, and no handshake that has said it. Looked at: every
    request on a process that was not opened by the handshake of an earlier revision.
    """
    older = {e.sent.event.session for e in read.counterpart.stimuli("") if _is_handshake(e)}
    for exchange in read.counterpart.exchanges():
        sent = exchange.sent
        if sent.message.kind is not Kind.REQUEST or sent.event.session in older:
            continue
        meta = as_object(sent.message.params.get("_meta"))
        missing = [name for name in (META_VERSION, META_CAPABILITIES) if name not in meta]
        if not missing:
            yield Kept(sent.event)
        else:
            yield Finding(
                message=f"the `_meta` of {sent.message.method} lacks {' and '.join(missing)}",
                expected="both in the `_meta` of each request",
                actual=sent.message.excerpt,
                events=(sent.event,),
            )


def _is_handshake(exchange: Exchange) -> bool:
    return exchange.sent.message.method == "initialize"


def _processes(read: Reading) -> Iterator[Process]:
    """Yield the processes that the client has started and of which the end is known."""
    end = ending(read)
    for close in read.events(EventKind.CLOSE):
        if close.sender is not Sender.SERVER:
            continue
        ends = [e for e in read.events(EventKind.END) if e.session == close.session]
        inputs = (e for e in ends if e.data.get("how") == "complete")
        signals = (e for e in ends if e.data.get("detail") == "SIGTERM")
        yield Process(
            close=close,
            how=str(close.data.get("how")),
            input_end=next(inputs, None),
            sigterm=next(signals, None),
            outlived=end is not None and _seen(close) > end.at,
            went_first=end is not None and close.at <= end.at,
        )


def _seen(close: Event) -> float:
    """When a process surely was there last; long ago where nobody knows."""
    unseen = close.data.get("unseen")
    return close.at - unseen if isinstance(unseen, int | float) else -1.0


def _answers_after_stderr(read: Reading) -> Iterator[tuple[Event, Event]]:
    """Yield what was written to standard error, with the first answer after it."""
    first: dict[str, Event] = {}
    for error in read.events(EventKind.STDERR):
        first.setdefault(error.session, error)
    for session, error in first.items():
        answers = (
            exchange.answer.event
            for exchange in read.counterpart.exchanges()
            if exchange.answer is not None and exchange.answer.event.session == session
        )
        answer = next((event for event in answers if event.seq > error.seq), None)
        if answer is not None:
            yield error, answer


def _begun_after(read: Reading, event: Event) -> Told | None:
    """The first failure of something that the user wanted after an event: after another outcome."""
    return next((outcome for outcome in told_after(read, event)[1:] if not outcome.ok), None)


def _was_under_way(call: Exchange, outcome: Told) -> bool:
    """Whether the user was told so well before anybody had answered: clocks are coarse."""
    name = outcome.asked.get("tool")
    same = name is None or call.sent.message.params.get("name") == name
    told_at = outcome.event.at
    unanswered = call.answer is None or call.answer.event.at - told_at > COARSE
    return same and call.sent.event.seq < outcome.event.seq and unanswered


def _asked_after(read: Reading, call: Exchange, outcome: Told) -> bool:
    """Whether the client asked for something else on the same process, when it had given up."""
    session = call.sent.event.session
    return next(said_after(read, outcome.event, session=session), None) is not None


def _cancelled(read: Reading, call: Exchange) -> Kept | Finding:
    for event in cancellations_of(read, call):
        return Kept(event)
    sent = call.sent
    return Finding(
        message=f"{sent.message.method} was given up without a cancellation",
        expected=f"notifications/cancelled for the request {quote(sent.message.id)}",
        actual="none, though the client asked for other things afterwards",
        events=(sent.event,),
    )
