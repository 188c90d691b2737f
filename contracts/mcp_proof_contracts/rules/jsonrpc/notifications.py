"""Basic, Notifications: they are taken, never answered."""

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.jsonrpc import asked
from mcp_proof_contracts.rules.jsonrpc.requests import survived
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind

PAGE = "basic#notifications"


@rule(
    "jsonrpc-no-response-to-notification",
    "MUST NOT",
    PAGE,
    side="both",
    probes=("unknown-notification",),
    otherwise="the peer was sent no notification",
)
def no_response_to_notification(read: Reading) -> Observations:
    """A notification is not answered.

    A response to it has no id to carry, so that nobody can tell what it belongs to. Looked at:
    `notifications/initialized` and a notification that nobody knows, up to the next answer. Over
    HTTP a refusal by 4xx may carry an error without id; that is no answer. Of a client, every
    notification that it gets, and the responses without an id that nothing else explains.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.notifications_answered(read)
        return
    for exchange in (
        *read.exchanges("notifications/initialized"),
        *read.stimuli("unknown-notification"),
    ):
        if exchange.sent.message.kind is not Kind.NOTIFICATION:
            continue
        if answers := responses_to(read, exchange):
            yield Finding(
                message=f"{exchange.sent.message.method} was answered",
                expected="no JSON-RPC response",
                actual=answers[0].message.excerpt,
                events=(exchange.sent.event, *(said.event for said in answers)),
            )
        elif exchange.status is not None or (exchange.http is None and survived(read, exchange)):
            yield Kept(exchange.sent.event)


@rule(
    "jsonrpc-unknown-notification-survived",
    "implied",
    PAGE,
    side="both",
    probes=("unknown-notification",),
    otherwise="the peer was sent no notification that it does not know",
)
def unknown_notification_survived(read: Reading) -> Observations:
    """A notification that the peer does not know does not disturb it.

    Later revisions and extensions bring new ones. Looked at: an unknown notification, then an
    ordinary request in the same session, which must still be answered. A client must go on in the
    session; it does not where all ends with it, and the client's user is told of a failure.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.strange_notifications(read)
        return
    for exchange in read.stimuli("unknown-notification", "then"):
        if exchange.answer is not None:
            yield Kept(exchange.answer.event)
        elif exchange.silence is not None or exchange.refused:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} fails after an unknown notification",
                expected="a response",
            )


def responses_to(read: Reading, exchange: Exchange) -> list[Said]:
    """The responses to a notification; on a shared channel those before the next answer."""
    found = [s for s in exchange.strays if s.message.members.get("jsonrpc") == "2.0"]
    if exchange.http is not None:
        return [s for s in found if not (exchange.is_http_error and s.message.id is None)]
    sent = exchange.sent.event
    later = (
        other.answers[0].event.seq
        for other in read.exchanges()
        if other.answers and other.sent.event.session == sent.session
    )
    end = min((seq for seq in later if seq > sent.seq), default=sent.seq)
    return [said for said in found if said.event.seq < end]
