"""WebSocket, Answers: many requests are under way at once, each is answered under its own id."""

from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.websocket.traffic import (
    WEBSOCKET,
    end_after,
    evidence,
    outcome,
)
from mcp_proof_contracts.wire import as_object

PAGE: Final = "websocket#answers"
SLOW: Final = 0.1
"""Seconds that a call must take, for what comes after it to tell anything."""


@rule(
    "websocket-answers-not-crossed",
    "MUST",
    PAGE,
    dialects=WEBSOCKET,
    probes=("websocket-in-flight",),
    otherwise="no requests that are under way together were answered",
)
def answers_not_crossed(read: Reading) -> Observations:
    """Requests that are under way together get their own answers, not each other's.

    The id is all that a client goes by: under a wrong one, one caller gets another one's data.
    Looked at: lists and methods that do not exist, and calls with different texts of tools that
    give back what they are given, all sent before the first answer. A server that gave no list to
    whoever asked for that alone may have none: its refusal is its own answer.
    """
    exchanges = list(read.stimuli("websocket-in-flight"))
    lists = any(e.probe != "websocket-in-flight" and e.served for e in read.exchanges("tools/list"))
    for exchange in exchanges:
        if exchange.case == "list" and not lists:
            yield Untested("no list was given to whoever asked for that alone")
        elif exchange.answer is not None:
            yield from _own(exchange, exchanges)


def _own(exchange: Exchange, together: list[Exchange]) -> Observations:
    method = exchange.sent.message.method
    if exchange.case == "list":
        crossed = exchange.error_code == METHOD_NOT_FOUND
        kept = "tools" in exchange.result
    elif exchange.case == "unknown":
        crossed = "tools" in exchange.result
        kept = exchange.refused
    else:
        assert exchange.answer is not None
        said, others = exchange.answer.message.raw, {_text(other) for other in together}
        kept = _text(exchange) in said
        crossed = not kept and any(text in said for text in others if text)
    if crossed:
        yield Finding.about(
            exchange,
            message=f"{method} was answered with what answers another request",
            expected="its own answer",
        )
    elif kept:
        yield Kept(exchange.sent.event)


def _text(exchange: Exchange) -> bytes:
    """The text that a call was made with; empty where it is no call."""
    arguments = as_object(exchange.sent.message.params.get("arguments"))
    return str(next(iter(arguments.values()), "")).encode()


@rule(
    "websocket-slow-call-holds-up-none",
    "SHOULD",
    PAGE,
    dialects=WEBSOCKET,
    probes=("websocket-slow-call",),
    otherwise="no tool that may be called takes long enough to tell",
)
def slow_call_holds_up_none(read: Reading) -> Observations:
    """A call that takes its time does not hold up the answer to a later request.

    There is one socket for all: a server that answers in turn makes every caller wait for the
    slowest. Looked at: a list behind the slowest call that may be made, where that takes a tenth of
    a second or more, and twice as long as a list by itself.
    """
    named = {exchange.case: exchange for exchange in read.stimuli("websocket-slow-call")}
    slow, behind, alone = (named.get(case) for case in ("slow", "behind", "alone"))
    if slow is not None and behind is not None and alone is not None:
        yield _overtaken(slow, behind, alone)


def _overtaken(slow: Exchange, behind: Exchange, alone: Exchange) -> Observation:
    if behind.answer is None or slow.answer is None:
        return Untested("a list, or the call before it, was not answered")
    if behind.answer.event.seq < slow.answer.event.seq:
        return Kept(behind.answer.event)
    if _seconds(slow) < SLOW or _seconds(slow) < 2 * _seconds(alone):
        return Untested("the call that had taken long was answered at once")
    name = slow.sent.message.params.get("name")
    return Finding(
        message=f"a list that was asked for after a call of {name} waited for it to end",
        expected="the list first",
        actual=f"the list after {_seconds(behind):.2f} s, the call's answer before it",
        events=(*slow.evidence, *behind.evidence),
    )


def _seconds(exchange: Exchange) -> float:
    return exchange.answer.event.at - exchange.sent.event.at if exchange.answer is not None else 0.0


@rule(
    "websocket-survives-malformed",
    "SHOULD",
    "websocket#what-is-no-request",
    dialects=WEBSOCKET,
    probes=("websocket-malformed",),
    otherwise="no text was sent that is no JSON",
)
def survives_malformed(read: Reading) -> Observations:
    """A text that is no JSON is answered, and the socket stays open for the next request.

    Whatever else is under way on the socket is lost with it. Looked at: a request on the same
    socket, after a text that is no JSON.
    """
    for exchange in read.stimuli("websocket-malformed", "after it"):
        if exchange.answer is not None:
            yield Kept(exchange.sent.event)
            continue
        malformed = next(read.stimuli("websocket-malformed", "no JSON"), exchange)
        end = end_after(read, malformed)
        yield Finding(
            message="after a text that is no JSON the socket is of no use",
            expected="an answer to the next request on it",
            actual=outcome(exchange, end),
            events=(*malformed.evidence, *evidence(exchange, end)),
        )
