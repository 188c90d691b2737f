"""Patterns, Subscriptions: how a subscription begins, and that there may be several."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.subscriptions.opened import (
    ACKNOWLEDGED,
    FILTERS,
    PAGE,
    PROBE,
    UPDATED,
    Subscription,
    nameless,
    subscriptions,
)
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object

ADVERTISED: Final = (
    "tools.listChanged",
    "prompts.listChanged",
    "resources.listChanged",
    "resources.subscribe",
)
"""What a server declares that sends notifications to those who listen."""
NOTHING_TO_HEAR: Final = "the server declares neither `listChanged` nor `subscribe`"
NOT_FOUND: Final = 404


@rule(
    "sub-implemented-if-advertised",
    "implied",
    f"{PAGE}#opening-a-stream",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NOTHING_TO_HEAR,
)
def implemented_if_advertised(read: Reading) -> Observations:
    """A server that declares `listChanged` or `subscribe` has the method subscriptions/listen.

    There is no other way to hear of what it promises to tell. Looked at: whether the method is
    known; a refusal for another reason, such as too many subscriptions, is no finding.
    """
    if read.introduction is None or not any(map(read.declares, ADVERTISED)):
        return
    for subscription in subscriptions(read):
        exchange = subscription.exchange
        unknown = exchange.reply is None and exchange.status == NOT_FOUND
        if subscription.acknowledgement is not None or exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == METHOD_NOT_FOUND or unknown:
            yield Finding.about(
                exchange,
                message="changes are promised, and there is no subscriptions/listen to hear them",
                expected=f"{ACKNOWLEDGED} on a stream that stays open",
            )
        elif exchange.refused:
            yield Untested(f"subscriptions/listen was refused: {exchange.outcome}")


@rule(
    "sub-ack-first",
    "MUST",
    f"{PAGE}#acknowledgment",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NOTHING_TO_HEAR,
)
def ack_first(read: Reading) -> Observations:
    """The acknowledgement is the first message of a subscription.

    Only by it does a client learn what it will hear of. Looked at: the first notification or result
    on the stream, over stdio the first that bears the subscription's id, whatever other
    subscriptions are told before; and that an acknowledgement comes at all, from a server that
    answers others meanwhile.
    """
    unnamed = {said.event.session for said in nameless(read) if _is_ack(said.message.method)}
    for subscription in subscriptions(read):
        exchange = subscription.exchange
        came = [*subscription.heard]
        if subscription.closing is not None:
            came = sorted([*came, subscription.closing], key=lambda said: said.event.seq)
        silent = exchange.silence is not None and exchange.silence.data.get("alive") is True
        if came and _is_ack(came[0].message.method):
            yield Kept(came[0].event)
        elif came:
            what = came[0].message.method or "the result that ends it"
            yield Finding.about(
                exchange,
                message=f"a subscription began with {what}",
                expected=f"{ACKNOWLEDGED} first",
            )
        elif silent and not exchange.refused and subscription.session not in unnamed:
            yield Finding.about(
                exchange,
                message="a subscription was never acknowledged",
                expected=f"{ACKNOWLEDGED} first",
            )


@rule(
    "sub-ack-subset",
    "implied",
    f"{PAGE}#acknowledgment",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise="no subscription was acknowledged",
)
def ack_subset(read: Reading) -> Observations:
    """The acknowledgement says in `notifications` which part of the filter is honoured.

    A client relies on what stands there. Looked at: that it is a filter, and that it holds nothing
    that was not asked for. What the server does not support is left out, and may be all of it;
    members that the specification does not know are nobody's fault.
    """
    for subscription in subscriptions(read):
        said = subscription.acknowledgement
        if said is None:
            continue
        honoured = said.message.params.get("notifications")
        wrong = [
            str(problem) for problem in problems(read.revision, "SubscriptionFilter", honoured)
        ]
        wrong = wrong or [f"{name} was not asked for" for name in _unasked(subscription)]
        if not wrong:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"the acknowledgement is no part of the filter: {wrong[0]}",
                expected="`notifications` with a part of what was asked for",
                actual=said.message.excerpt,
                events=(subscription.exchange.sent.event, said.event),
            )


@rule(
    "sub-concurrent-separate",
    "implied",
    f"{PAGE}#multiple-concurrent-subscriptions",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise="no change was notified to two subscriptions at once",
)
def concurrent_separate(read: Reading) -> Observations:
    """Several subscriptions of one client are open side by side, and each hears for itself.

    One that takes the other's place leaves a part of the client without news. Looked at: two
    subscriptions to the same things, opened one after the other, while something changes that both
    have asked for, and a later control request.
    """
    first = [s for s in subscriptions(read) if s.exchange.case == "first"]
    second = [s for s in subscriptions(read) if s.exchange.case == "second"]
    for one, other in zip(first, second, strict=False):
        ready = other.acknowledgement
        if one.acknowledgement is None or ready is None or one.cancel is not None:
            continue
        if not one.is_open_at(other.exchange.sent.event.seq) or other.dropped is not None:
            continue
        if one.last < (other.barrier_after(ready.event.seq) or 0):
            yield Finding.about(
                one.exchange,
                message="a subscription came to its end when another one was opened",
                expected="both stay open",
            )
            continue
        yield from _both_hear(one, other, ready.event.seq)


def _both_hear(one: Subscription, other: Subscription, since: int) -> Observations:
    heard = {s.message.method for s in one.heard if s.event.seq > since}
    for said in other.heard:
        method = said.message.method
        wanted = method in FILTERS and one.asks(method) and one.was_proved_open(said.event.seq)
        if not wanted or said.event.seq < since:
            continue
        if method in heard:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"of two subscriptions that ask for {method}, the later one alone heard it",
                expected=f"{method} on both",
                actual=f"{len(heard)} other kinds of notifications on the earlier one",
                events=(one.exchange.sent.event, other.exchange.sent.event, said.event),
            )


def _unasked(subscription: Subscription) -> Iterator[str]:
    """What an acknowledgement holds of known members beyond the filter."""
    said = subscription.acknowledgement
    assert said is not None
    honoured = as_object(said.message.params.get("notifications"))
    for method, member in FILTERS.items():
        if method != UPDATED and honoured.get(member) is True and not subscription.asks(method):
            yield member
    for uri in as_list(honoured.get(FILTERS[UPDATED])):
        if not subscription.covers(str(uri)):
            yield str(uri)


def _is_ack(method: str) -> bool:
    return method == ACKNOWLEDGED
