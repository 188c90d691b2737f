"""Patterns, Subscriptions: what a subscription hears, and by which id."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Said
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.subscriptions.opened import (
    ACKNOWLEDGED,
    FILTERS,
    OF_REQUESTS,
    PAGE,
    PROBE,
    SUBSCRIPTION,
    UPDATED,
    Subscription,
    in_session,
    nameless,
    strangers,
    subscription_id,
    subscriptions,
)
from mcp_proof_contracts.wire import Kind, as_object, id_key, quote

RECEIVING: Final = f"{PAGE}#receiving-notifications"
NOTHING_HEARD: Final = "nothing came on a subscription"


@rule(
    "sub-id-on-every-message",
    "MUST",
    RECEIVING,
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NOTHING_HEARD,
)
def id_on_every_message(read: Reading) -> Observations:
    """Every notification of a subscription names it in `_meta`.

    On one channel for all it is the only way to tell whose news it is. Looked at: notifications on
    the stream of the request; over stdio acknowledgements, and changes that an open subscription
    has asked for. The result that ends a subscription has a rule of its own, and so has what does
    not belong there at all.
    """
    for subscription in subscriptions(read):
        for said in subscription.heard:
            if said.message.method in OF_REQUESTS:
                continue
            if subscription_id(said) is not None:
                yield Kept(said.event)
            else:
                yield _unnamed(said, subscription)
    for said in nameless(read):
        if said.message.method == ACKNOWLEDGED or _who_asked(read, said):
            yield _unnamed(said, None)


@rule(
    "sub-id-equals-request-id",
    "MUST",
    RECEIVING,
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=NOTHING_HEARD,
)
def id_equals_request_id(read: Reading) -> Observations:
    """The id of a subscription is the id of its request, in JSON type and value.

    0 and "0" are two requests. Looked at: all that names a subscription, also the result that ends
    it; requests to listen are sent with the ids 0, "0" and a text.
    """
    for subscription in subscriptions(read):
        came = [*subscription.heard]
        came += [subscription.closing] if subscription.closing is not None else []
        for said in came:
            named = subscription_id(said)
            if named is None:
                continue
            if id_key(named) == id_key(subscription.id):
                yield Kept(said.event)
            else:
                yield _misnamed(said, f"the id of the request, {quote(subscription.id)}")
    for said in strangers(read):
        yield _misnamed(said, "the id of a request to listen")


@rule(
    "sub-filter-types",
    "MUST NOT",
    f"{PAGE}#opening-a-stream",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=needs("tools_changed"),
)
def filter_types(read: Reading) -> Observations:
    """A subscription hears only of the kinds of changes that it asked for.

    A client that did not ask has no use for the rest, and may take it for an error. Looked at: the
    kinds that the specification knows. It counts where another subscription hears of such a change
    meanwhile, and a control request is answered behind it.
    """
    for subscription in subscriptions(read):
        for said in subscription.heard:
            method = said.message.method
            if method in FILTERS and not subscription.asks(method):
                yield _unasked(said, subscription, f"no {method}: it was not asked for")
    for said in nameless(read):
        if said.message.method in FILTERS and not _who_asked(read, said):
            yield _unasked(said, None, f"no {said.message.method}: nobody asked for it")
    for said, silent in _missed(read):
        method = said.message.method
        if not silent.asks(method) and all(s.message.method != method for s in silent.heard):
            yield Kept(said.event)


@rule(
    "sub-filter-uris",
    "MUST NOT",
    f"{PAGE}#notification-filter",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=needs("resource_updated"),
)
def filter_uris(read: Reading) -> Observations:
    """A subscription hears of updates of the resources that it asked for, and of no others.

    Looked at: a resource that another subscription asked for, while one is open that asked for
    another resource alone. A part of a resource, by its URI, is as good as the resource.
    """
    for subscription in subscriptions(read):
        if subscription.exchange.probe != PROBE or not subscription.asks(UPDATED):
            continue  # in the traffic of others it may be a part of what was asked for
        for said in subscription.heard:
            uri = said.message.params.get("uri")
            updated = said.message.method == UPDATED and isinstance(uri, str)
            if updated and not subscription.covers(str(uri)):
                yield _unasked(said, subscription, "updates of the resources asked for")
    for said, silent in _missed(read):
        uri = str(said.message.params.get("uri"))
        if said.message.method == UPDATED and silent.asks(UPDATED) and not silent.covers(uri):
            heard = {str(s.message.params.get("uri")) for s in silent.heard}
            if uri not in heard:
                yield Kept(said.event)


@rule(
    "sub-no-request-scoped",
    "MUST NOT",
    "streamable-http#receiving-messages",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=needs("progress"),
)
def no_request_scoped(read: Reading) -> Observations:
    """Progress and log messages do not go to subscriptions.

    They belong to the request that they tell of, and a client looks for them there. Looked at:
    what comes on a subscription; it counts where such a notification came elsewhere while the
    subscription was open.
    """
    for subscription in subscriptions(read):
        token = as_object(subscription.exchange.sent.message.params.get("_meta")).get(
            "progressToken"
        )
        strays = [s for s in subscription.heard if s.message.method in OF_REQUESTS]
        for said in strays:
            if token is None or said.message.params.get("progressToken") != token:
                yield _unasked(said, subscription, "no progress, and no log messages")
        if strays or subscription.exchange.probe != PROBE:
            continue
        for method in OF_REQUESTS:
            for said in read.notifications(method):
                elsewhere = said.event.session == subscription.session
                if elsewhere and subscription.was_proved_open(said.event.seq):
                    yield Kept(said.event)
                    break


def _missed(read: Reading) -> Iterator[tuple[Said, Subscription]]:
    """Changes that one subscription heard of, each with another that was open meanwhile."""
    opened = [s for s in subscriptions(read) if s.exchange.probe == PROBE]
    for hearing in opened:
        for said in hearing.heard:
            for other in opened:
                known = said.message.method in FILTERS and other is not hearing
                if known and other.was_proved_open(said.event.seq):
                    yield said, other


def _who_asked(read: Reading, said: Said) -> Subscription | None:
    """An open subscription in the session that asks for what came without a name."""
    return next(
        (
            s
            for s in in_session(read, said.event.session)
            if s.asks(said.message.method) and s.exchange.sent.event.seq < said.event.seq < s.last
        ),
        None,
    )


def _unnamed(said: Said, subscription: Subscription | None) -> Finding:
    request = (subscription.exchange.sent.event,) if subscription is not None else ()
    return Finding(
        message=f"{said.message.method} names no subscription",
        expected=f"{SUBSCRIPTION} in `_meta`",
        actual=said.message.excerpt,
        events=(*request, said.event),
    )


def _misnamed(said: Said, expected: str) -> Finding:
    what = said.message.method if said.message.kind is Kind.NOTIFICATION else "the closing result"
    return Finding(
        message=f"{what} names the subscription {quote(subscription_id(said))}",
        expected=expected,
        actual=said.message.excerpt,
        events=(said.event,),
    )


def _unasked(said: Said, subscription: Subscription | None, expected: str) -> Finding:
    request = (subscription.exchange.sent.event,) if subscription is not None else ()
    return Finding(
        message=f"{said.message.method} came on a subscription that did not ask for it",
        expected=expected,
        actual=said.message.excerpt,
        events=(*request, said.event),
    )
