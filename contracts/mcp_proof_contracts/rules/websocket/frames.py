"""WebSocket, Frames: what a frame holds, and what RFC 6455 demands of whoever gets one."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.websocket.traffic import (
    WEBSOCKET,
    end_after,
    evidence,
    frames,
    outcome,
)
from mcp_proof_contracts.transcript import Event, EventKind

PAGE: Final = "websocket#frames"
CONTROL: Final = "websocket#control-frames"
REFUSING: Final = (1003, 1007, 1008)
"""The codes with which an endpoint closes on what it cannot accept (RFC 6455, section 7.4.1)."""


@rule(
    "websocket-frames-are-text",
    "MUST",
    PAGE,
    dialects=WEBSOCKET,
    otherwise="the server sent nothing",
)
def frames_are_text(read: Reading) -> Observations:
    """Messages are sent in text frames.

    JSON is text. In a browser a binary frame is no string but a blob, which `JSON.parse` does not
    take, so that the answer is lost. Looked at: every message of the server.
    """
    for event in frames(read):
        if event.data.get("opcode") != "binary":
            yield Kept(event)
        else:
            yield Finding(
                message="a message came in a binary frame",
                expected="a text frame",
                actual="a binary frame",
                events=(event,),
            )


@rule(
    "websocket-frames-hold-json",
    "MUST",
    PAGE,
    dialects=WEBSOCKET,
    otherwise="the server sent nothing",
)
def frames_hold_json(read: Reading) -> Observations:
    """Every message is one JSON text, and nothing else is sent.

    Clients parse each message as it comes: a line of a log among them, or two texts in one, ends
    their reading. Looked at: every message of the server.
    """
    for event in frames(read):
        assert event.message is not None
        if not event.message.fault:
            yield Kept(event)
        else:
            yield Finding(
                message=f"a message is no JSON: {event.message.fault}",
                expected="one JSON text",
                actual=event.message.excerpt,
                events=(event,),
            )


@rule(
    "websocket-fragments-joined",
    "MUST",
    PAGE,
    dialects=WEBSOCKET,
    probes=("websocket-fragmented",),
    otherwise="no fragmented request was sent",
)
def fragments_joined(read: Reading) -> Observations:
    """A request that comes in several fragments is read as the one message that it is.

    Clients, and proxies on the way, may cut a message where they like (RFC 6455, section 5.4).
    Looked at: a list request in two fragments.
    """
    for exchange in read.stimuli("websocket-fragmented"):
        if exchange.answer is not None:
            yield Kept(exchange.sent.event)
        else:
            end = end_after(read, exchange)
            yield Finding(
                message="a request in two fragments was not answered",
                expected="an answer to it",
                actual=outcome(exchange, end),
                events=evidence(exchange, end),
            )


@rule(
    "websocket-binary-refused",
    "SHOULD",
    PAGE,
    dialects=WEBSOCKET,
    probes=("websocket-binary",),
    otherwise="no binary frame was sent",
)
def binary_refused(read: Reading) -> Observations:
    """A request in a binary frame is answered, or the socket is closed with the code for it.

    Without either its sender waits for ever, or takes the server for broken. Looked at: a list
    request in a binary frame. An answer, an error, and the codes 1003, 1007 and 1008 will do.
    """
    for exchange in read.stimuli("websocket-binary"):
        end = end_after(read, exchange)
        if exchange.reply is not None or (end is not None and end.data.get("code") in REFUSING):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message="a request in a binary frame was neither answered nor refused",
                expected="an answer, or the close code 1003",
                actual=outcome(exchange, end),
                events=evidence(exchange, end),
            )


@rule(
    "websocket-ping-answered",
    "MUST",
    CONTROL,
    dialects=WEBSOCKET,
    probes=("websocket-ping",),
    otherwise="no ping was sent",
)
def ping_answered(read: Reading) -> Observations:
    """A ping is answered with a pong that carries the same data.

    By it clients and proxies tell an idle connection from a dead one (RFC 6455, section 5.5.2).
    """
    for ping in _control(read, "ping"):
        pongs = [
            pong
            for pong in _control(read, "pong")
            if pong.session == ping.session and pong.data.get("text") == ping.data.get("text")
        ]
        if pongs:
            yield Kept(pongs[0])
        else:
            yield Finding(
                message="a ping was not answered",
                expected="a pong with the same data",
                actual="no pong",
                events=(ping,),
            )


@rule(
    "websocket-close-answered",
    "MUST",
    CONTROL,
    dialects=WEBSOCKET,
    probes=("websocket-close",),
    otherwise="no socket was closed by a probe",
)
def close_answered(read: Reading) -> Observations:
    """A close frame is answered with a close frame, before the connection ends.

    Without it the client cannot tell whether the server got all that was sent (RFC 6455, sections
    1.4 and 5.5.1). Looked at: a socket that is closed after a request was answered on it.
    """
    for close in _control(read, "close"):
        ends = [e for e in read.events(EventKind.CLOSE) if e.session == close.session]
        for end in ends:
            if end.data.get("how") == "complete":
                yield Kept(end)
            elif end.data.get("how") == "broken":
                yield Finding(
                    message="a close frame was not answered with one",
                    expected="a close frame",
                    actual="the connection was cut, or nothing came",
                    events=(close, end),
                )
            else:
                yield Untested("the server had closed the socket before")


def _control(read: Reading, opcode: str) -> Iterator[Event]:
    """The control frames that probes sent, and those that answered them; none of one given up."""
    given_up = {event.probe for event in read.events(EventKind.ABANDONED)}
    for event in read.events(EventKind.FRAME):
        named = event.probe.startswith("websocket-") and event.probe not in given_up
        if named and event.data.get("opcode") == opcode:
            yield event
