"""Tools, List Changed Notification: whoever may hear of a changed list does."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.subscriptions.opened import Subscription, subscriptions
from mcp_proof_contracts.rules.walks import Walk, walked
from mcp_proof_contracts.wire import encode

LIST: Final = "tools/list"
CHANGED: Final = "notifications/tools/list_changed"
PROBES: Final = ("tools-changed", "listen")


@rule(
    "tools-list-changed-sent",
    "SHOULD",
    "server/tools#list-changed-notification",
    probes=PROBES,
    otherwise=needs("tools_changed"),
)
def list_changed_sent(read: Reading) -> Observations:
    """A server that declares `tools.listChanged` tells clients when its list of tools changes.

    Others go on with tools that are gone. Looked at: the list before and after a request that
    changes it. The notification may come some time later, and from 2026-07-28 on only to a client
    that listens for it; where the lists are the same, none is due.
    """
    if read.introduction is None:
        return
    if not read.declares("tools.listChanged"):
        yield Untested("`tools.listChanged` is not declared")
        return
    for before, trigger, after in _changes(read):
        told = _told(read, trigger)
        if told is None:
            yield Untested("no subscription to changes of the tools was acknowledged")
        elif _tools(before) == _tools(after):
            yield Untested("the list of tools was the same after the request that changes it")
        elif told:
            yield Kept(trigger[-1].sent.event)
        else:
            asked = [event for each in trigger for event in each.evidence]
            yield Finding(
                message="the list of tools has changed, and nobody was told",
                expected=CHANGED,
                actual=f"{len(_tools(before))} tools before, {len(_tools(after))} after",
                events=(*before.evidence, *asked, *after.evidence),
            )


def _changes(read: Reading) -> Iterator[tuple[Walk, list[Exchange], Walk]]:
    """The lists of tools before and after what changes them; each all pages, all answered."""
    for probe in PROBES:
        before = walked(read, probe, "tools before", LIST)
        trigger = list(read.stimuli(probe, "tools_changed"))
        after = walked(read, probe, "tools after", LIST)
        if trigger and before and after:
            yield before, trigger, after


def _tools(walk: Walk) -> set[bytes]:
    return set(map(encode, walk.items))


def _told(read: Reading, trigger: list[Exchange]) -> bool | None:
    """Whether a change was notified; `None` where nobody listened for it."""
    since = trigger[0].sent.event.seq
    session = trigger[0].sent.event.session
    if read.revision.era is Era.STATEFUL:
        heard = read.notifications(CHANGED)
        return any(e.event.seq > since and e.event.session == session for e in heard)
    listening = [s for s in subscriptions(read) if _listens(s, since, session)]
    if not listening:
        return None
    return any(
        said.message.method == CHANGED and said.event.seq > since
        for each in listening
        for said in each.heard
    )


def _listens(subscription: Subscription, since: int, session: str) -> bool:
    return (
        subscription.session == session
        and subscription.honours("toolsListChanged")
        and subscription.is_open_at(since)
    )
