"""Transports, Streamable HTTP: connections that are closed before the answer, by either side."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.cancellation.work import shown, unproven
from mcp_proof_contracts.rules.streamable_http.traffic import request_streams, resumes
from mcp_proof_contracts.transcript import Event

PAGE: Final = "streamable-http#sending-messages"
PROBE: Final = "disconnect"


@rule(
    "http-sse-retry-before-close",
    "SHOULD",
    PAGE,
    since=Revision.R2025_11_25,
    until=LATEST_STATEFUL,
    transport="http",
    otherwise=needs("disconnect"),
)
def sse_retry_before_close(read: Reading) -> Observations:
    """A server that closes the connection before the answer says first when to come back.

    Without an event with a `retry` time a client comes back at once, or after seconds, as it likes.
    Looked at: event streams with ids that the server ended before the answer, which then came on
    a stream that took it up again: so it was the connection that was closed, and not the stream.
    """
    for http, sent in request_streams(read):
        answer = sent.answer
        ended = http.end is not None and http.end.data.get("how") == "complete"
        if not ended or http.end is None or answer is None or answer.event.seq < http.end.seq:
            continue
        if read.cancelled(sent) or not any(event.data.get("id") for event in http.sse):
            continue
        came = read.http_of(answer.event)
        if came is not None and not resumes(came):
            continue  # it went astray, which another rule names
        if any(event.data.get("retry") is not None for event in http.sse):
            yield Kept(http.end)
        else:
            yield Finding(
                message=f"the connection of {sent.sent.message.method} was closed without `retry`",
                expected="an event with a `retry` time before the connection is closed",
                actual=f"{len(http.sse)} events, none of them with `retry`",
                events=(*http.evidence[:3], http.end, answer.event),
            )


@rule(
    "http-disconnect-not-cancel",
    "SHOULD NOT",
    PAGE,
    since=Revision.R2025_03_26,
    until=LATEST_STATEFUL,
    transport="http",
    probes=(PROBE,),
    otherwise=needs("side_effect"),
)
def disconnect_not_cancel(read: Reading) -> Observations:
    """A client that is disconnected has not cancelled its request.

    Connections break by themselves; in these revisions only a notification cancels. Looked at:
    `side_effect`, whose connection we close on its way; `effect` is asked for more than twice the
    time that it takes. It counts as cancelled when `effect` never showed its end, though it shows
    that of the same request afterwards.
    """
    dropped = next(read.stimuli(PROBE, "dropped"), None)
    if dropped is None:
        return
    before = shown(read, PROBE, "before")
    polls = [shown_once for shown_once in _polls(read) if shown_once is not None]
    if (why := _too_soon(dropped)) is not None:
        yield why
    elif before is None:
        yield unproven(read, PROBE) or Untested("`effect` was not answered")
    elif polls and any(poll != before for poll in polls):
        yield Kept(dropped.sent.event)
    elif polls:
        control = shown(read, PROBE, "after-control")
        if control is None or control == before:
            yield Untested("`effect` did not show the end of `side_effect` afterwards either")
            return
        yield Finding(
            message=f"{dropped.sent.message.method} ended with its connection",
            expected="the work goes on to its end",
            actual="`effect` did not show its end",
            events=(dropped.sent.event, *_closed(dropped)),
        )


def _polls(read: Reading) -> list[bytes | None]:
    return [
        shown(read, PROBE, case)
        for case in dict.fromkeys(e.case for e in read.stimuli(PROBE))
        if case.startswith("poll-")
    ]


def _too_soon(dropped: Exchange) -> Untested | None:
    """Why it proves nothing that a connection was closed."""
    if dropped.reply is not None:
        return Untested("the request was answered before its connection could be closed")
    if dropped.is_http_error:
        return Untested("the request was refused")
    return None


def _closed(dropped: Exchange) -> list[Event]:
    return [dropped.http.end] if dropped.http is not None and dropped.http.end is not None else []


@rule(
    "h26-disconnect-is-cancel",
    "MUST",
    "streamable-http#cancellation",
    since=Revision.R2026_07_28,
    transport="http",
    probes=(PROBE,),
    otherwise=needs("side_effect"),
)
def disconnect_is_cancel(read: Reading) -> Observations:
    """A client that closes the response stream has cancelled the request.

    It is the only way to cancel over HTTP in this revision. Looked at: `side_effect`, whose stream
    we close on its way. When `effect` shows that it came to its end, it was not cancelled. Where no
    stream had begun, the server may not have been able to notice.
    """
    dropped = next(read.stimuli(PROBE, "dropped"), None)
    if dropped is None:
        return
    if (why := _too_soon(dropped) or unproven(read, PROBE)) is not None:
        yield why
        return
    control, later = (shown(read, PROBE, case) for case in ("after-control", "after-drop"))
    if control is None or later is None:
        yield Untested("`effect` was not answered")
    elif control == later:
        yield Kept(dropped.sent.event)
    elif dropped.http is None or not dropped.http.is_stream:
        yield Untested("the work went on, but no stream had begun that could be closed")
    else:
        yield Finding(
            message=f"{dropped.sent.message.method} went on after its stream was closed",
            expected="the work ends",
            actual="`effect` shows that it came to its end",
            events=(dropped.sent.event, *_closed(dropped)),
        )
