"""What servers do to users: one bad message, and all who come after it."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import BARRIER, Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.statuses import CLIENT_ERRORS

BAD: Final = "bad-message"
START: Final = "good"
"""The case of the request by which the server was seen to answer."""
CASES: Final = {
    "null": "a bare null",
    "string": "a bare string",
    "empty-array": "an empty array",
    "empty": "an empty message",
    "not-utf8": "a message that is not UTF-8",
    "nested": "a message nested two thousand deep",
    "method-number": "a request whose method is a number",
    "params-string": "a request whose params are a string",
    "bare-cancel": "a cancellation that names no request",
    "params-array": "a notification whose params are an array",
    "stray-progress": "progress of nothing that was asked",
    "stray-result": "a result that nobody asked for",
    "stray-error": "an error without an id",
}
"""What is sent, in words."""


@rule(
    "conduct-bad-message-survived",
    "implied",
    "basic#messages",
    probes=(BAD,),
    otherwise="no bad message was sent, or the server answered no request before it",
)
def bad_message_survived(read: Reading) -> Observations:
    """After one bad message the next good request is answered as before.

    Every request must be answered, whatever came before it; a server that falls over takes the
    work of all its users with it. Looked at: a good request, then messages that are wrong in one
    respect each (no JSON, no request, notifications and responses that belong to nothing), and the
    same good request after each. What the server says to the bad message itself is its own affair.
    """
    seen: set[str] = set()
    for bad, control in read.derived(_pairs):
        session = bad.sent.event.session
        if bad.case == START:
            seen |= {session} if bad.served else set()
        elif session in seen:
            yield from _after(bad, control)


def controls(read: Reading) -> frozenset[int]:
    """Return the requests right after a bad message, by the sequence numbers of their events."""
    found = (control for bad, control in read.derived(_pairs) if bad.case != START)
    return frozenset(control.sent.event.seq for control in found if control is not None)


def _after(bad: Exchange, control: Exchange | None) -> Observations:
    what = CASES.get(bad.case, bad.case)
    if control is None:
        return
    if control.served:
        yield Kept(control.sent.event)
    elif control.status in CLIENT_ERRORS:
        yield Untested(f"after {what} HTTP refused the next request: {control.outcome}")
    elif control.refused or control.silence is not None:
        how = "refuses" if control.refused else "does not answer"
        yield Finding(
            message=f"after {what} the server {how} the next request",
            expected="an answer as before",
            actual=control.outcome,
            events=(*bad.evidence, *control.evidence),
        )


def _pairs(read: Reading) -> list[tuple[Exchange, Exchange | None]]:
    return list(_with_controls(read))


def _with_controls(read: Reading) -> Iterator[tuple[Exchange, Exchange | None]]:
    """Each message of the probe, with the control request right after it in its session."""
    last: Exchange | None = None
    for exchange in sorted(
        (*read.stimuli(BAD), *read.stimuli(BARRIER)), key=lambda each: each.sent.event.seq
    ):
        if exchange.probe == BAD:
            if last is not None:
                yield last, None
            last = exchange
        elif last is not None and exchange.sent.event.session == last.sent.event.session:
            yield last, exchange
            last = None
    if last is not None:
        yield last, None
