"""Tools, List Changed Notification: whoever may hear of a changed list does."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.subscriptions.opened import Subscription, subscriptions
from mcp_proof_contracts.wire import as_list, as_object, encode

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
            yield Finding(
                message="the list of tools has changed, and nobody was told",
                expected=CHANGED,
                actual=f"{len(_tools(before))} tools before, {len(_tools(after))} after",
                events=tuple(e for each in (*before, *trigger, *after) for e in each.evidence),
            )


def _changes(read: Reading) -> Iterator[tuple[list[Exchange], list[Exchange], list[Exchange]]]:
    """The lists of tools before and after what changes them; each all pages, all answered."""
    for probe in PROBES:
        before = list(read.stimuli(probe, "tools before"))
        trigger = list(read.stimuli(probe, "tools_changed"))
        after = list(read.stimuli(probe, "tools after"))
        if trigger and all(_whole(walk) for walk in (before, after)):
            yield before, trigger, after


def _whole(walk: list[Exchange]) -> bool:
    return bool(walk) and all(e.served for e in walk) and "nextCursor" not in walk[-1].result


def _tools(walk: list[Exchange]) -> set[bytes]:
    tools: list[Json] = [tool for page in walk for tool in as_list(page.result.get("tools"))]
    return {encode(as_object(tool)) for tool in tools}


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
