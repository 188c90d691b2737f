"""Cancellation: what clients call off, and what they do with what comes after."""

from typing import Final

from mcp_proof_contracts.client_course import CANCELLED
from mcp_proof_contracts.client_run import Told
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.survival import outcome_of, survived
from mcp_proof_contracts.wire import as_list, as_object, id_key

PAGE: Final = "utilities/cancellation"


@rule(
    "cancel-not-initialize",
    "MUST NOT",
    f"{PAGE}#behavior-requirements",
    side="client",
    until=LATEST_STATEFUL,
    otherwise="the client sent no `initialize`",
)
def not_initialize(read: Reading) -> Observations:
    """A client does not cancel its `initialize`.

    Before it is answered the server cannot tell whether a session has begun. Looked at: the
    client's cancellations, and whether one names the request. A client that gives up disconnects.
    """
    for exchange in read.counterpart.exchanges("initialize"):
        sent = exchange.sent
        named = [
            said
            for said in read.notifications(CANCELLED)
            if said.event.session == sent.event.session
            and id_key(said.message.params.get("requestId")) == id_key(sent.message.id)
        ]
        if named:
            yield Finding(
                message="the client has cancelled its `initialize`",
                expected="no cancellation of it",
                actual=named[0].message.excerpt,
                events=(sent.event, named[0].event),
            )
        else:
            yield Kept(sent.event)


@rule(
    "cancel-client-ignores-late-response",
    "SHOULD",
    f"{PAGE}#behavior-requirements",
    side="client",
    otherwise="no response came to a request that the client had cancelled",
)
def ignores_late_response(read: Reading) -> Observations:
    """A response to a request that was cancelled is ignored.

    It was on its way, or the server could not stop; nobody waits for it any longer. Looked at:
    responses sent after the server had heard of the cancellation: whether the user was given one,
    if the client did not ask again; and whether the client goes on.
    """
    for said in read.notifications(CANCELLED):
        late = _answered_late(read, said)
        if late is None or late.answer is None:
            continue
        delivered = outcome_of(read, late)
        if delivered is not None and _holds(delivered, late) and not _asked_again(read, late):
            yield Finding(
                message=f"the late answer to {late.sent.message.method} was taken",
                expected="it is ignored: the request was cancelled",
                actual="the user was given a result",
                events=(late.sent.event, said.event, late.answer.event, delivered.event),
            )
        else:
            yield from survived(read, late.answer.event, "a response that came too late")


def _answered_late(read: Reading, said: Said) -> Exchange | None:
    """The request that was cancelled by this, and answered after all."""
    key = (said.event.session, id_key(said.message.params.get("requestId")))
    for exchange in read.counterpart.exchanges():
        if exchange.sent.key != key or exchange.sent.event.seq > said.event.seq:
            continue
        if exchange.answer is not None and exchange.answer.event.seq > said.event.seq:
            return exchange
    return None


def _holds(delivered: Told, late: Exchange) -> bool:
    """Whether what the user was given has the texts of a result."""
    texts = [as_object(block).get("text") for block in as_list(late.result.get("content"))]
    given = str(delivered.value)
    return delivered.ok and bool(texts) and all(str(text) in given for text in texts)


def _asked_again(read: Reading, exchange: Exchange) -> bool:
    """Whether the client made the same kind of request a second time."""
    method, seq = exchange.sent.message.method, exchange.sent.event.seq
    return any(e.sent.event.seq > seq for e in read.counterpart.exchanges(method))
