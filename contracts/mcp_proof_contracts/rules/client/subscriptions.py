"""Subscriptions: how clients listen, and what they make of what they hear."""

from collections.abc import Sequence
from typing import Final

from mcp_proof_contracts.client_run import Told, ended_by_itself, told
from mcp_proof_contracts.exchange import Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.subscriptions.opened import (
    FILTERS,
    LISTEN,
    PAGE,
    Subscription,
    subscriptions,
)
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import as_list, as_object, quote

SINCE: Final = Revision.R2026_07_28
NOTHING: Final[tuple[str, Json]] = ("", None)
"""What a notification is about that nobody can ask for."""


@rule(
    "sub-client-filter-shape",
    "schema",
    f"{PAGE}#notification-filter",
    side="client",
    since=SINCE,
    otherwise="the client asked for no subscription",
)
def filter_shape(read: Reading) -> Observations:
    """A request to listen says in `notifications` what is to be heard of.

    Without it the server knows of nothing that it may tell. Looked at: every subscriptions/listen;
    members that the specification does not know are for extensions.
    """
    for exchange in read.counterpart.exchanges(LISTEN):
        params = exchange.sent.message.params
        wrong = problems(read.revision, "SubscriptionFilter", params.get("notifications"))
        if not wrong:
            yield Kept(exchange.sent.event)
        for problem in wrong:
            yield Finding.about(
                exchange,
                message=f"{LISTEN}: `notifications`{problem.pointer}: {problem.message}",
                expected="an object with flags, and the URIs of resources",
            )


@rule(
    "sub-client-correlates",
    "MUST",
    f"{PAGE}#receiving-notifications",
    side="client",
    since=SINCE,
    transport="stdio",
    otherwise="no two subscriptions were open that heard of different things, or nothing tells "
    "what the user got of them",
)
def correlates(read: Reading) -> Observations:
    """What comes for a subscription goes to nobody but those who opened that one.

    All share one channel there, and only the id tells them apart. Looked at: what the user was
    told of each of several subscriptions with different filters. A finding is a kind of change, or
    a resource, of which that one did not hear, and another did.
    """
    opened = subscriptions(read.counterpart)
    for each in told(read, "stop-listening"):
        own = _opened_for(read, each, opened)
        others = [s for s in opened if s is not own and own and s.session == own.session]
        if own is None or not each.ok or not isinstance(each.value, list):
            continue
        heard = {_what(said) for said in own.heard} | {NOTHING}
        foreign = {_what(said) for other in others for said in other.heard} - heard
        got = {_told_what(value) for value in as_list(each.value)}
        if got & foreign:
            yield Finding(
                message=f"the user of the subscription to {quote(own.asked)} was told what another "
                "one had heard",
                expected="the notifications with the id of that subscription",
                actual=quote(each.value),
                events=(own.exchange.sent.event, each.event),
            )
        elif foreign and got:
            yield Kept(each.event)


@rule(
    "sub-client-resubscribes",
    "MUST",
    f"{PAGE}#graceful-closure",
    side="client",
    since=SINCE,
    transport="stdio",
    otherwise="no server ended by itself while the client listened, and was started anew",
)
def resubscribes(read: Reading) -> Observations:
    """After the server was started anew, the client asks for its subscriptions once more.

    A new process knows of none, and the client would hear of nothing without noticing. Looked at:
    subscriptions that were open when the server's process ended by itself, where the client
    started another one and got an answer from it. That a client starts none is for another rule,
    and a client that its user makes connect anew is another client.
    """
    if any(True for _ in told(read, "reconnect")) or not ended_by_itself(read):
        return
    client = read.counterpart
    for end in read.events(EventKind.CLOSE):
        if end.sender is not Sender.SERVER or end.data.get("how") != "exited":
            continue
        was_open = [s for s in subscriptions(client) if _was_open(s, end)]
        later = [e for e in client.exchanges() if e.sent.event.seq > end.seq and e.served]
        if not was_open or not later:
            continue
        again = [e for e in client.exchanges(LISTEN) if e.sent.event.seq > end.seq]
        if again:
            yield Kept(again[0].sent.event)
        else:
            yield Finding(
                message="the server was started anew, and the client listens no longer",
                expected=f"{LISTEN} once more",
                actual=f"{len(later)} other requests that were answered",
                events=(was_open[0].exchange.sent.event, end, later[0].sent.event),
            )


def _was_open(subscription: Subscription, end: Event) -> bool:
    return subscription.session == end.session and subscription.is_open_at(end.seq)


def _opened_for(
    read: Reading, stopped: Told, opened: Sequence[Subscription]
) -> Subscription | None:
    """The subscription that the user had asked for by that name, if it is known which."""
    asked = [
        each.asked.get("notifications")
        for each in told(read, "listen")
        if each.asked.get("name") == stopped.asked.get("name")
    ]
    own = [each for each in opened if asked and each.asked == asked[-1]]
    return own[0] if len(own) == 1 else None


def _what(said: Said) -> tuple[str, Json]:
    return _kind(said.message.method, said.message.params.get("uri"))


def _told_what(value: Json) -> tuple[str, Json]:
    params = as_object(as_object(value).get("params"))
    return _kind(str(as_object(value).get("method")), params.get("uri"))


def _kind(method: str, uri: Json) -> tuple[str, Json]:
    """What a notification is about, where it is of a kind that can be asked for."""
    if method not in FILTERS:
        return NOTHING
    return method, uri if isinstance(uri, str) else None
