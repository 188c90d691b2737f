"""Patterns, Multi Round-Trip Requests: what servers let clients carry, they have to distrust."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.mrtr.traffic import (
    PROBE,
    completed,
    needing_state,
    rejected,
    subject,
    with_state,
)

PAGE: Final = "patterns/mrtr#server-requirements-basic-workflow"
SINCE: Final = Revision.R2026_07_28
OTHER_USER: Final = "mrtr-other-user"
NO_STATE_NEEDED: Final = (
    "needs a request that no retry completes without its requestState, such as one that asks in "
    "several rounds; name one in a contract file, under verify.occasions.rounds"
)


@rule(
    "mrtr-tampered-state-rejected",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(PROBE,),
    otherwise=NO_STATE_NEEDED,
)
def mrtr_tampered_state_rejected(read: Reading) -> Observations:
    """A `requestState` that was changed on the way is rejected.

    The client, or whoever controls it, can write into it whatever it likes: a server that goes by
    it without proof of its origin can be led anywhere. Looked at: retries with one character of
    the state replaced, at several places, where the same retry is completed with the right state
    and is not completed without any; only then is it known that the state matters. A refusal, a
    failure of the tool and a new question all reject it.
    """
    for exchange in with_state(read, "tampered"):
        yield from _rejects(exchange, "with a changed requestState")


@rule(
    "mrtr-state-bound-to-request",
    "SHOULD",
    PAGE,
    since=SINCE,
    probes=(PROBE,),
    otherwise="needs two requests that no retry completes without their requestState, such as "
    "those that ask in several rounds; name them in a contract file, under verify.occasions.rounds",
)
def mrtr_state_bound_to_request(read: Reading) -> Observations:
    """A `requestState` is good only for the request that it was given for.

    Otherwise the consent to one thing can be presented for another. Looked at: the retry of one
    request with the state of another tool, prompt or resource, or of other arguments.
    """
    for exchange in with_state(read, "foreign-state"):
        yield from _rejects(exchange, "with the requestState of another request")


@rule(
    "mrtr-state-bound-to-principal",
    "SHOULD",
    PAGE,
    since=SINCE,
    transport="http",
    probes=(PROBE, OTHER_USER),
    otherwise="needs the token of another user, who gets the same request completed: name its "
    "environment variable in a contract file, under verify.tokens.other_user",
)
def mrtr_state_bound_to_principal(read: Reading) -> Observations:
    """A `requestState` is good only for the user that it was given to.

    Otherwise who gets hold of it goes on with what another user has begun. Looked at: the state
    given to one user, in a retry with the credentials of another who gets the same request
    completed with a state of their own. That the other one is refused altogether proves nothing.
    """
    served = {subject(e) for e in read.stimuli(OTHER_USER, "own-state") if completed(e)}
    for exchange in read.stimuli(OTHER_USER, "foreign-state"):
        if subject(exchange) in served & needing_state(read):
            yield from _rejects(exchange, "with the requestState of another user")


def _rejects(exchange: Exchange, how: str) -> Observations:
    if rejected(exchange):
        yield Kept(exchange.sent.event)
    elif completed(exchange):
        yield Finding.about(
            exchange,
            message=f"the retry of {exchange.sent.message.method} {how} is completed",
            expected="the state to be rejected",
        )
