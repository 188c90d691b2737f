"""Whether a client goes on after something odd that a server has said."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.client_run import Told, ending, exit_code, told_after
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.transcript import Event

WISHES: Final[Mapping[str, str]] = {
    "tools/call": "call",
    "resources/read": "read",
    "prompts/get": "get-prompt",
    "completion/complete": "complete",
    "tools/list": "list",
    "resources/list": "list",
    "resources/templates/list": "list",
    "prompts/list": "list",
}
"""The wishes that take these requests."""


def survived(read: Reading, odd: Event, what: str) -> Observations:
    """Judge by what the client was about when it got the odd message.

    That is the first of its requests whose answer came behind the message on the same stream, so
    that it has surely read both. It went on if its user was given that answer, or if it made
    another request. It did not if its user was told of a failure, or if it ended with a failure and
    said nothing more.
    """
    run = _under_way(read, odd)
    if run is None or run.answer is None:
        return
    answered = run.answer.event
    outcome = outcome_of(read, run)
    later = [
        exchange.sent.event
        for exchange in read.counterpart.exchanges()
        if exchange.sent.event.seq > answered.seq and exchange.sent.event.session == odd.session
    ]
    if outcome is not None and later and later[0].seq < outcome.event.seq:
        yield Kept(later[0])  # what its user was told may be about that
    elif outcome is not None and not outcome.ok:
        yield Finding(
            message=f"after {what} the answer to {run.sent.message.method} did not come through",
            expected="the result that the server has given",
            actual=f"the user was told: {outcome.error}",
            events=(odd, *run.evidence, outcome.event),
        )
    elif outcome is not None or later:
        yield Kept(outcome.event if outcome is not None else later[0])
    else:
        yield from _ended(read, odd, what)


def outcome_of(read: Reading, exchange: Exchange) -> Told | None:
    """What the user was told next after the answer to a request, if it is of the wish for it."""
    if exchange.answer is None:
        return None
    method = exchange.sent.message.method
    heard = next(iter(told_after(read, exchange.answer.event)), None)
    return heard if heard is not None and heard.do == WISHES.get(method) else None


def _ended(read: Reading, odd: Event, what: str) -> Observations:
    end = ending(read)
    if end is None or not exit_code(read):
        return
    yield Finding(
        message=f"the client broke off after {what}",
        expected="it goes on",
        actual=f"it ended with the exit code {exit_code(read)}",
        events=(odd, end),
    )


def _under_way(read: Reading, odd: Event) -> Exchange | None:
    """The request that was served next after the message, on the stream that carried it."""
    for exchange in read.counterpart.exchanges():
        answer = exchange.answer
        behind = answer is not None and answer.event.seq > odd.seq
        same = answer is not None and (answer.event.session, answer.event.channel) == (
            odd.session,
            odd.channel,
        )
        failed = exchange.result.get("isError") is True
        if behind and same and exchange.served and not failed:
            return exchange
    return None
