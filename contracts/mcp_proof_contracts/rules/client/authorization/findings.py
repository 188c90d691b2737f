"""What the rules about clients' authorization share."""

from typing import Final

from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    SERVER_METADATA,
    TOKEN,
    Step,
    after,
    before,
    steps,
)
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations

NO_STEP: Final = "authorization is optional, and the client was not seen to ask for it"


def finding(step: Step, *others: Step, message: str, expected: str, actual: str) -> Finding:
    """Return a finding about a step; the others belong to the evidence."""
    events = sorted((step.event, *(each.event for each in others)), key=lambda event: event.seq)
    return Finding(message=message, expected=expected, actual=actual, events=tuple(events))


def shown(step: Step) -> str:
    """Say what was asked for, and what came of it."""
    return f"{step.text('method')} {step.path or '/'}, answered with {step.status}"


def redemption_of(read: Reading, asked: Step) -> Step | None:
    """Return the token request that redeems the code which an authorization request brought."""
    code = asked.answer.get("code")
    later = after(asked, steps(read, TOKEN))
    return next((each for each in later if code and each.parameter("code") == code), None)


def discarded(read: Reading, asked: Step, message: str, expected: str) -> Observations:
    """Judge that a code is not redeemed: its absence tells only of a client that has ended."""
    redeemed = redemption_of(read, asked)
    if redeemed is not None:
        yield finding(asked, redeemed, message=message, expected=expected, actual=shown(redeemed))
    elif ended_by_itself(read):
        yield Kept(asked.event)


def answered_with_code(read: Reading) -> list[Step]:
    """Return the authorization requests that brought a code."""
    return [step for step in steps(read, AUTHORIZATION) if step.answer.get("code")]


def server_before(read: Reading, step: Step) -> Step | None:
    """Return the authorization server's metadata that the client found last."""
    found = [each for each in steps(read, SERVER_METADATA) if each.found]
    return next(reversed(list(before(step, found))), None)
