"""Patterns, Subscriptions: how long a subscription stays open, and how it ends."""

from typing import Final

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.subscriptions.opened import (
    FILTERS,
    PAGE,
    PROBE,
    SUBSCRIPTION,
    Subscription,
    subscriptions,
)
from mcp_proof_contracts.schema import problems

CLOSURE: Final = f"{PAGE}#graceful-closure"
NO_END: Final = "the server ended no subscription"
AT_ONCE: Final = 1.0
"""Seconds within which the end of a stream is no time-out of anybody's."""


@rule(
    "sub-stays-open",
    "implied",
    f"{PAGE}#opening-a-stream",
    since=Revision.R2026_07_28,
    transport="http",
    probes=(PROBE,),
    otherwise="no subscription was acknowledged",
)
def stays_open(read: Reading) -> Observations:
    """The stream of a subscription stays open after the acknowledgement.

    One that ends at once tells of nothing, and makes clients reconnect without end. Looked at:
    streams that end within a second of the acknowledgement, before anything else came or another
    request was answered, and with no word that the subscription is over.
    """
    for subscription in subscriptions(read):
        said = subscription.acknowledgement
        if said is None:
            continue
        if _ends_at_once(subscription):
            yield Finding.about(
                subscription.exchange,
                message="the stream of a subscription ended right after the acknowledgement",
                expected="a stream that stays open",
            )
        elif subscription.was_proved_open(said.event.seq + 1):
            yield Kept(said.event)


@rule(
    "sub-graceful-close",
    "SHOULD",
    CLOSURE,
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NO_END,
)
def graceful_close(read: Reading) -> Observations:
    """A server that ends a subscription says so by the result of the request.

    Otherwise a client takes it for a broken connection. Looked at: subscriptions that the server
    ended, by the end of an HTTP response too. patterns/cancellation asks for
    notifications/cancelled in the same place, so that either will do; a connection that breaks, or
    that we close, is no end of the server's making.
    """
    for subscription in subscriptions(read):
        end = subscription.dropped
        if subscription.acknowledgement is None or _ends_at_once(subscription):
            continue
        if subscription.closing is not None:
            yield Kept(subscription.closing.event)
        elif subscription.torn_down is not None:
            yield Kept(subscription.torn_down.event)
        elif end is not None and end.data.get("how") == "complete" and not _refused(subscription):
            yield Finding.about(
                subscription.exchange,
                message="the server ended the stream of a subscription without a word",
                expected="the result of subscriptions/listen before the end of the stream",
            )


@rule(
    "sub-close-result-members",
    "schema",
    CLOSURE,
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NO_END,
)
def close_result_members(read: Reading) -> Observations:
    """The result that ends a subscription has a `resultType` and names the subscription.

    Looked at: results of subscriptions/listen, over stdio also those that come when the server is
    shut down.
    """
    for subscription in subscriptions(read):
        said = subscription.closing
        if said is None:
            continue
        wrong = problems(read.revision, "ListenResult", said.message.result)
        if not wrong:
            yield Kept(said.event)
        else:
            yield Finding.about(
                subscription.exchange,
                message=f"the result that ends a subscription is ill-formed: {wrong[0]}",
                expected=f"`resultType`, and {SUBSCRIPTION} in `_meta`",
            )


@rule(
    "sub-stops-after-cancel",
    "MUST NOT",
    "stdio#cancellation",
    since=Revision.R2026_07_28,
    transport="stdio",
    probes=(PROBE,),
    otherwise="no change was notified after a subscription had been cancelled",
)
def stops_after_cancel(read: Reading) -> Observations:
    """Nothing comes on a subscription that the client has cancelled.

    The client has forgotten it, and perhaps given its id to another. Looked at: what comes after a
    control request that was sent behind the cancellation has been answered. It counts where another
    subscription still hears of what both had asked for.
    """
    opened = subscriptions(read)
    for subscription in opened:
        if subscription.cancel is None or subscription.acknowledgement is None:
            continue
        over = subscription.barrier_after(subscription.cancel.sent.event.seq)
        if over is None:
            continue
        late = [said for said in subscription.heard if said.event.seq > over]
        for said in late:
            yield Finding(
                message=f"{said.message.method} came on a subscription that had been cancelled",
                expected="no further message of the subscription",
                actual=said.message.excerpt,
                events=(subscription.cancel.sent.event, said.event),
            )
        if not late and any(_still_hears(each, subscription, over) for each in opened):
            yield Kept(subscription.cancel.sent.event)


def _still_hears(other: Subscription, cancelled: Subscription, since: int) -> bool:
    """Whether another one heard what the cancelled one would have heard too."""
    return other.session == cancelled.session and any(
        said.event.seq > since
        and said.message.method in FILTERS
        and cancelled.asks(said.message.method)
        and other.barrier_after(said.event.seq) is not None
        for said in other.heard
    )


def _ends_at_once(subscription: Subscription) -> bool:
    end, said = subscription.dropped, subscription.acknowledgement
    if end is None or said is None or _refused(subscription):
        return False
    barrier = subscription.barrier_after(said.event.seq)
    at_once = end.at - said.event.at < AT_ONCE and (barrier is None or end.seq < barrier)
    quiet = subscription.closing is None and subscription.torn_down is None
    return at_once and quiet and len(subscription.heard) == 1


def _refused(subscription: Subscription) -> bool:
    """Whether it ended in an error, which is an answer as well."""
    return subscription.exchange.answered_by_error
