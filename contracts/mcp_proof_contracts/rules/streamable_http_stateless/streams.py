"""Streamable HTTP, Receiving Messages: answers that come as an event stream."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import BARRIER, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule

PAGE: Final = "streamable-http#receiving-messages"
SINCE: Final = Revision.R2026_07_28
PROBE: Final = "final-response"


@rule(
    "h26-final-response-ends-stream",
    "SHOULD",
    PAGE,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="no answer came as an event stream",
)
def final_response_ends_stream(read: Reading) -> Observations:
    """The final response ends its event stream.

    A stream left open holds a connection on both sides, and a client waits for what never comes.
    Looked at: a request that was answered by a stream, sent again and its stream left alone
    until the time for an answer has passed and another request has been answered meanwhile.
    """
    for exchange in read.exchanges():
        http = exchange.http
        if http is None or not http.is_stream or http.end is None or exchange.answer is None:
            continue
        how = http.end.data.get("how")
        if how == "complete":
            yield Kept(http.end)
        elif how != "broken" and exchange.probe == PROBE and _outlived(read, exchange):
            yield Finding(
                message="the stream stayed open after its final response",
                expected="the end of the stream after the response",
                actual="a stream that we had to close",
                events=(*exchange.evidence, http.end),
            )


@rule(
    "h26-x-accel-buffering",
    "SHOULD",
    PAGE,
    since=SINCE,
    transport="http",
    otherwise="no answer came as an event stream",
)
def x_accel_buffering(read: Reading) -> Observations:
    """An event stream carries the header `X-Accel-Buffering: no`.

    Without it a reverse proxy such as nginx holds events back until its buffer is full. Looked
    at: every answer of this revision that comes as an event stream.
    """
    for exchange in read.http():
        if exchange.revision != read.revision or not exchange.is_stream:
            continue
        assert exchange.response is not None
        value = exchange.headers.get("x-accel-buffering")
        if str(value).strip().lower() == "no":
            yield Kept(exchange.response)
        else:
            yield Finding(
                message="an event stream may be buffered by proxies",
                expected="X-Accel-Buffering: no",
                actual="no such header" if value is None else f"X-Accel-Buffering: {value}",
                events=exchange.evidence,
            )


def _outlived(read: Reading, exchange: Exchange) -> bool:
    """Whether another request was answered between the final response and the stream's end."""
    assert exchange.answer is not None
    assert exchange.http is not None
    assert exchange.http.end is not None
    final, end = exchange.answer.event.seq, exchange.http.end.seq
    return any(
        later.probe == BARRIER
        and later.sent.event.session == exchange.sent.event.session
        and later.answer is not None
        and final < later.sent.event.seq < later.answer.event.seq < end
        for later in read.exchanges()
    )
