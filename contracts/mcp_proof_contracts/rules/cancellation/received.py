"""Cancellation: what a peer does when it is told that nobody waits any more."""

from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.cancellation.questions import (
    crossed,
    meaningless,
    not_taken_back,
    taken_back,
)
from mcp_proof_contracts.rules.cancellation.work import (
    Cancelled,
    cancelled_on_purpose,
    shown,
    unproven,
)
from mcp_proof_contracts.rules.jsonrpc.notifications import responses_to
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind

PAGE: Final = "utilities/cancellation"
PROBE: Final = "cancellation"
OVERLOADED: Final = (409, 429, 503)
"""Refusals that have nothing to do with what was asked."""
SERVER_ERROR: Final = 500
WELL_FORMED: Final = ("unknown", "finished")


@rule(
    "cancel-honoured",
    "SHOULD",
    f"{PAGE}#behavior-requirements",
    side="both",
    probes=(PROBE,),
    otherwise=needs("slow"),
)
def cancel_honoured(read: Reading) -> Observations:
    """A cancelled request is not worked on any longer, and gets no response.

    Work that nobody waits for costs what others need, and a late response is noise. Looked at: a
    slow request that is cancelled on its way, up to the time at which it would have ended. An
    answer that crossed the cancellation is none of the server's faults, nor is one to a request
    that it may be unable to cancel: only a request that the user named counts as one that it can,
    and one that is answered with an error at once. `effect` shows whether `side_effect` went on.
    Over HTTP the POST itself has to be answered, so that an error is right there. Over stdio in
    2026-07-28 `stdio-no-messages-after-cancel` speaks of the response. Of a client: a question that
    the server took back, up to 2025-11-25, once the client has surely read that.
    """
    if read.peer is Sender.CLIENT:
        yield from taken_back(read)
        yield from not_taken_back(read)
        return
    run = cancelled_on_purpose(read, PROBE)
    if run is None:
        return
    http = run.exchange.http
    if not run.in_time:
        yield Untested("the request was answered before it could be cancelled")
    elif http is not None and "mcp-session-id" not in http.request_headers:
        yield Untested("without a session no server knows which request is meant")
    else:
        if read.revision.era is Era.STATEFUL:
            yield from _response(run)
        yield from _work(read, run)


def _response(run: Cancelled) -> Observations:
    reply, proof = run.exchange.reply, run.then.answer
    assert proof is not None
    if reply is None:
        yield Kept(run.end.sent.event)
    elif reply.message.kind is Kind.ERROR and run.exchange.http is not None:
        # A POST MUST be answered by JSON or a stream, which SHOULD hold a response (transports).
        yield Untested("over HTTP an error may answer the POST of a cancelled request")
    elif reply.message.kind is Kind.ERROR or (
        reply.event.seq > proof.event.seq and run.exchange.case != "seen"
    ):
        yield Finding(
            message=f"{run.exchange.sent.message.method} was answered after it was cancelled",
            expected="no response",
            actual=run.exchange.outcome,
            events=(run.exchange.sent.event, run.cancel.sent.event, reply.event),
        )
    elif reply.event.seq > proof.event.seq:
        yield Untested("the server may be unable to cancel the request; " + needs("slow"))
    else:
        yield Untested("the response crossed the cancellation")


def _work(read: Reading, run: Cancelled) -> Observations:
    if (why := unproven(read, PROBE)) is not None:
        yield why
        return
    control, later = (shown(read, PROBE, case) for case in ("after-control", "after-cancel"))
    if control is None or later is None:
        return
    if control == later:
        yield Kept(run.end.sent.event)
    else:
        yield Finding(
            message="a cancelled request went on to its end",
            expected="the result of `effect` stays as it was",
            actual="it is another",
            events=(
                run.exchange.sent.event,
                run.cancel.sent.event,
                *(e for x in read.stimuli(PROBE, "after-cancel") for e in x.evidence),
            ),
        )


@rule(
    "cancel-unknown-ignored",
    "SHOULD",
    f"{PAGE}#error-handling",
    side="both",
    probes=("odd-cancellations",),
    otherwise="no cancellation was sent that means nothing",
)
def cancel_unknown_ignored(read: Reading) -> Observations:
    """A cancellation of a request that is unknown, or done, or not named, is ignored.

    The sender cannot know what has ended meanwhile, and it waits for no answer. Looked at: such
    notifications, each followed by an ordinary request. An HTTP 4xx may refuse a malformed one. A
    server that answers notifications with results is for another rule. Of a client: whether it
    goes on with what it was about.
    """
    if read.peer is Sender.CLIENT:
        yield from meaningless(read)
        return
    for exchange in read.stimuli("odd-cancellations"):
        if exchange.sent.message.kind is not Kind.NOTIFICATION:
            continue
        then = next(read.stimuli("odd-cancellations", f"{exchange.case}-then"), None)
        errors = [s for s in responses_to(read, exchange) if s.message.kind is Kind.ERROR]
        if errors:
            yield Finding(
                message=f"a cancellation of a request that is {_what(exchange)} got an error",
                expected="it is ignored",
                actual=errors[0].message.excerpt,
                events=(exchange.sent.event, *(said.event for said in errors)),
            )
        elif _refused(exchange) and then is not None and then.served:
            yield Finding.about(
                exchange,
                message=f"a cancellation of a request that is {_what(exchange)} was refused",
                expected="it is ignored",
            )
        elif not exchange.is_http_error and then is not None:
            yield from _survived(then, "an odd cancellation")


@rule(
    "cancel-race-survived",
    "MUST",
    f"{PAGE}#timing-considerations",
    side="both",
    probes=("cancel-race", "unanswered"),
    otherwise="no cancellation crossed an answer",
)
def cancel_race_survived(read: Reading) -> Observations:
    """A cancellation that crosses the answer does no harm, whichever comes first.

    On any connection with a delay both happen. Looked at: a request that is cancelled in the same
    moment, one that is cancelled right after its answer, and our answer to a request that the
    server has cancelled; each followed by an ordinary request, which must be answered. Of a client:
    whether it goes on after a cancellation of what it has answered.
    """
    if read.peer is Sender.CLIENT:
        yield from crossed(read)
        return
    for probe, case in (
        ("cancel-race", "at-once-then"),
        ("cancel-race", "after-then"),
        ("unanswered", "late-then"),
    ):
        for exchange in read.stimuli(probe, case):
            yield from _survived(exchange, "a cancellation that crossed an answer")


def _survived(then: Exchange, what: str) -> Observations:
    """Judge the ordinary request after something odd."""
    method = then.sent.message.method
    if then.error_code == METHOD_NOT_FOUND:
        return  # it fails at any time
    broken = then.silence is not None or then.answered_by_error or _refused(then)
    if then.served:
        yield Kept(then.sent.event)
    elif broken and then.status not in OVERLOADED:
        yield Finding.about(then, message=f"{method} fails after {what}", expected="a result")


def _refused(exchange: Exchange) -> bool:
    """Whether an HTTP status says that something went wrong, which need not be our fault."""
    status = exchange.status or 0
    well_formed = exchange.case in WELL_FORMED or exchange.sent.message.kind is Kind.REQUEST
    return status not in OVERLOADED and (
        exchange.is_http_error if well_formed else status >= SERVER_ERROR
    )


def _what(exchange: Exchange) -> str:
    return exchange.case if exchange.case in WELL_FORMED else "not named"
