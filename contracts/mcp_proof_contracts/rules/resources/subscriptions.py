"""Resources, Subscriptions and List Changed Notification: who hears of which change."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.resources.listing import CHANGED
from mcp_proof_contracts.rules.resources.traffic import LIST, READ, UPDATED
from mcp_proof_contracts.rules.streamable_http.traffic import get_streams, was_open
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind, as_list, as_object, quote

PAGE: Final = "server/resources#subscriptions"
SUBSCRIBE: Final = "resources/subscribe"
UNSUBSCRIBE: Final = "resources/unsubscribe"
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
SUBSCRIPTIONS: Final = "resource-subscriptions"
UNDECLARED: Final = "undeclared-subscriptions"
UPDATES: Final = "resource-updates"
CHANGES: Final = "resource-list-changes"


@rule(
    "resources-subscribe-empty-result",
    "schema",
    PAGE,
    until=LATEST_STATEFUL,
    probes=(SUBSCRIPTIONS,),
    otherwise="`resources.subscribe` was not declared, or no resource listed",
)
def subscribe_empty_result(read: Reading) -> Observations:
    """A server that declares `resources.subscribe` takes subscriptions, and ends them.

    Looked at: resources/subscribe and resources/unsubscribe for a listed resource. The result
    holds nothing of its own; further members of it are tolerated.
    """
    for exchange in read.stimuli(SUBSCRIPTIONS):
        method = exchange.sent.message.method
        if method not in (SUBSCRIBE, UNSUBSCRIBE) or exchange.reply is None:
            continue
        wrong = problems(read.revision, "Result", exchange.reply.message.members.get("result"))
        if exchange.served and not wrong:
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message=f"{method} for a listed resource has no result",
                expected="an empty result",
            )


@rule(
    "resources-subscribe-needs-capability",
    "MUST",
    "lifecycle#operation",
    side="both",
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    probes=(UNDECLARED,),
    otherwise="no subscription was asked for where `resources.subscribe` is not declared",
)
def subscribe_needs_capability(read: Reading) -> Observations:
    """Resources are subscribed to only where `resources.subscribe` was declared.

    Only capabilities that were negotiated may be used. Looked at: whether a server that does not
    declare it takes a subscription all the same, which clients will never ask for; and whether a
    client asks for one: if it is asked to, it says that there are none.
    """
    if read.peer is Sender.CLIENT:
        yield from _asked_without(read)
        return
    for exchange in read.stimuli(UNDECLARED):
        if exchange.sent.message.method != SUBSCRIBE or read.introduction is None:
            continue
        if exchange.answered_by_error:
            yield Kept(exchange.sent.event)
        elif exchange.served:
            yield Finding(
                message="a subscription was taken, but `resources.subscribe` is not declared",
                expected='an error, or `"subscribe": true` among the capabilities',
                actual=exchange.outcome,
                events=(*read.introduction.evidence, *exchange.evidence),
            )


@rule(
    "resources-updated-members",
    "schema",
    PAGE,
    probes=(UPDATES,),
    otherwise="no notifications/resources/updated was sent",
)
def updated_members(read: Reading) -> Observations:
    """notifications/resources/updated names the `uri` of the resource that has changed.

    Without it a client would have to read everything again. Looked at: the params of each such
    notification, its metadata aside.
    """
    for said in read.notifications(UPDATED):
        given = {n: value for n, value in said.message.params.items() if n != "_meta"}
        wrong = problems(read.revision, "ResourceIdentity", given)
        if not wrong:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"an update of a resource is ill-formed: {wrong[0]}",
                expected="`uri`, the URI of the resource",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "resources-updated-only-subscribed",
    "implied",
    PAGE,
    until=LATEST_STATEFUL,
    probes=(UPDATES,),
    otherwise=needs("resource_updated"),
)
def updated_only_subscribed(read: Reading) -> Observations:
    """Updates come only for resources that the client is subscribed to.

    Looked at: every update, by the subscriptions of its session at that time, and what comes when
    a resource changes after the client has unsubscribed. An update may be of a part of what was
    subscribed to. Over Streamable HTTP, where servers without sessions cannot tell connections of
    a client apart, the subscriptions of all sessions count.
    """
    again = next(read.stimuli(UPDATES, "change again"), None)
    for said, uris in _with_subscriptions(read):
        uri = said.message.params.get("uri")
        if not isinstance(uri, str):
            continue
        if any(uri.startswith(each) for each in uris):
            yield Kept(said.event)
        elif not uris and (not _once_subscribed(read, said) or _after(said, again)):
            yield Finding(
                message=f"an update of {quote(uri)} was sent to a client without subscriptions",
                expected="updates after resources/subscribe, and none after unsubscribing",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "resources-updated-delivered",
    "implied",
    PAGE,
    probes=(UPDATES,),
    otherwise=needs("resource_updated"),
)
def updated_delivered(read: Reading) -> Observations:
    """A client that has subscribed to a resource hears when it changes.

    Looked at: a resource that reads otherwise after the request of which the user says that it
    changes it. An update may be late, so that silence is watched for a while, and weighs little.
    """
    change = next(read.stimuli(UPDATES, "change"), None)
    uri = next((e.sent.message.params.get("uri") for e in read.stimuli(UPDATES, "before")), None)
    if change is None or uri is None:
        return
    end = next((e.sent.event.seq for e in read.stimuli(UPDATES, "end")), None)
    told = [
        said
        for said in read.notifications(UPDATED)
        if _is_of(said, uri) and _follows(said, change, end)
    ]
    if told:
        yield Kept(told[0].event)
    elif _answers(read, UPDATES, "before") == _answers(read, UPDATES, "after"):
        yield Untested("the resource reads the same after the request that is said to change it")
    elif not change.served or not _can_tell(read, change, "resourceSubscriptions"):
        yield Untested("the server could not tell: no subscription, or no stream for it")
    else:
        yield Finding.about(
            change,
            message=f"{quote(uri)} changed, and its subscriber was not told",
            expected=f"{UPDATED} with that URI",
        )


@rule(
    "resources-list-changed-sent",
    "SHOULD",
    "server/resources#list-changed-notification",
    probes=(CHANGES,),
    otherwise=needs("resources_changed"),
)
def list_changed_sent(read: Reading) -> Observations:
    """A server that declares `resources.listChanged` tells when its list changes.

    Looked at: a list that is another one after the request of which it is known that it changes
    it. The notification may be late, so that silence is watched for a while.
    """
    change = next(read.stimuli(CHANGES, "change"), None)
    if change is None:
        return
    told = [said for said in read.notifications(CHANGED) if _follows(said, change, None)]
    if not read.declares("resources.listChanged"):
        yield Untested("`resources.listChanged` is not declared")
    elif told:
        yield Kept(told[0].event)
    elif _answers(read, CHANGES, "before") == _answers(read, CHANGES, "after"):
        yield Untested("the list is the same after the request that is said to change it")
    elif not change.served or not _can_tell(read, change, "resourcesListChanged"):
        yield Untested("the server could not tell: there was no stream for it")
    else:
        yield Finding.about(
            change,
            message="the list of resources changed, and the client was not told",
            expected=CHANGED,
        )


def _asked_without(read: Reading) -> Observations:
    """Judge the subscriptions that a client asks for."""
    declared: dict[str, Json] = {}
    for event in read.transcript.events:
        if event.message is not None and "capabilities" in event.message.result:
            given = as_object(as_object(event.message.result.get("capabilities")).get("resources"))
            declared.setdefault(event.session, given.get("subscribe"))
    for said in read.messages(Kind.REQUEST):
        if said.message.method != SUBSCRIBE or said.event.session not in declared:
            continue
        if declared[said.event.session] is True:
            yield Kept(said.event)
        else:
            yield Finding(
                message="the client subscribes, but `resources.subscribe` was not declared",
                expected="no subscription",
                actual=said.message.excerpt,
                events=(said.event,),
            )
    undeclared = bool(declared) and all(value is not True for value in declared.values())
    sent = any(said.message.method == SUBSCRIBE for said in read.messages(Kind.REQUEST))
    for each in told(read, "subscribe"):
        if undeclared and not sent and not each.ok:
            yield Kept(each.event)


def _with_subscriptions(read: Reading) -> Iterator[tuple[Said, frozenset[str]]]:
    """Each update with the URIs that its session was subscribed to by then."""
    asked = [e for method in (SUBSCRIBE, UNSUBSCRIBE) for e in read.exchanges(method)]
    changes = sorted(asked, key=_when)
    current: dict[str, frozenset[str]] = {}
    position = 0
    for said in read.notifications(UPDATED):
        while position < len(changes) and _when(changes[position]) < said.event.seq:
            _apply(current, changes[position], _group(read, changes[position].sent.event.session))
            position += 1
        yield said, current.get(_group(read, said.event.session), frozenset())


def _when(exchange: Exchange) -> int:
    """From when on it counts: a subscription when it is asked for, its end when it is answered."""
    ends = exchange.sent.message.method == UNSUBSCRIBE and exchange.answer is not None
    return exchange.answer.event.seq if ends and exchange.answer else exchange.sent.event.seq


def _apply(current: dict[str, frozenset[str]], exchange: Exchange, group: str) -> None:
    uri = frozenset({str(exchange.sent.message.params.get("uri"))})
    before = current.get(group, frozenset())
    if exchange.sent.message.method == SUBSCRIBE:
        current[group] = before | uri
    elif exchange.served:
        current[group] = before - uri


def _once_subscribed(read: Reading, said: Said) -> bool:
    """Whether there was a subscription before: then an update may be a late one."""
    first = read.derived(_first_subscriptions).get(_group(read, said.event.session))
    return first is not None and first < said.event.seq


def _first_subscriptions(read: Reading) -> dict[str, int]:
    """Since when there has been a subscription, by session."""
    first: dict[str, int] = {}
    for exchange in read.exchanges(SUBSCRIBE):
        event = exchange.sent.event
        first.setdefault(_group(read, event.session), event.seq)
    return first


def _after(said: Said, change: Exchange | None) -> bool:
    """Whether an update came after the resource changed once more, unsubscribed."""
    return change is not None and change.sent.event.seq < said.event.seq


def _group(read: Reading, session: str) -> str:
    return session if read.shared else ""


def _is_of(said: Said, uri: Json) -> bool:
    """Whether an update may be of this resource; one without a URI is for another rule."""
    told = said.message.params.get("uri")
    return not isinstance(told, str) or told.startswith(str(uri))


def _follows(said: Said, change: Exchange, end: int | None) -> bool:
    """Whether a notification came after a change, to the same client."""
    event, since = said.event, change.sent.event
    return event.session == since.session and since.seq < event.seq < (end or event.seq + 1)


def _answers(read: Reading, probe: str, case: str) -> list[Mapping[str, Json] | list[Json]]:
    """What a probe read or listed as this case."""
    members = {LIST: "resources", READ: "contents"}
    return [
        list(as_list(exchange.result.get(members[exchange.sent.message.method])))
        for exchange in read.stimuli(probe, case)
        if exchange.sent.message.method in members and exchange.served
    ]


def _can_tell(read: Reading, change: Exchange, wanted: str) -> bool:
    """Whether the server had agreed to tell of it, and had a stream on which to do so."""
    event = change.sent.event
    if read.revision.era is Era.STATELESS:
        return any(
            said.event.session == event.session
            and said.event.seq < event.seq
            and as_object(said.message.params.get("notifications")).get(wanted)
            for said in read.notifications(ACKNOWLEDGED)
        )
    asked = [e for e in read.stimuli(change.probe) if e.sent.message.method == SUBSCRIBE]
    if not all(exchange.served for exchange in asked):
        return False
    streams = (s for s in get_streams(read) if s.request.session == event.session)
    return read.shared or any(was_open(stream, event) for stream in streams)
