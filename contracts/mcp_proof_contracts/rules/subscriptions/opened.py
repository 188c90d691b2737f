"""The subscriptions of a transcript: what was asked for, and what came."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import BARRIER, Reading
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import PROGRESS, Kind, as_list, as_object, id_key

PAGE: Final = "patterns/subscriptions"
PROBE: Final = "listen"
LISTEN: Final = "subscriptions/listen"
SUBSCRIPTION: Final = f"{META}subscriptionId"
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
CANCELLED: Final = "notifications/cancelled"
UPDATED: Final = "notifications/resources/updated"
FILTERS: Final[Mapping[str, str]] = {
    "notifications/tools/list_changed": "toolsListChanged",
    "notifications/prompts/list_changed": "promptsListChanged",
    "notifications/resources/list_changed": "resourcesListChanged",
    UPDATED: "resourceSubscriptions",
}
"""The notifications that a client can ask for, each by its member of the filter."""
OF_REQUESTS: Final = (PROGRESS, "notifications/message")
"""The notifications that belong to the request that they tell of."""
FOR_EVER: Final = 2**63


@dataclass(slots=True)
class Subscription:
    """One request to listen."""

    exchange: Exchange
    heard: list[Said] = field(default_factory=list["Said"])
    """The notifications that came on it: on its stream, or with its id where all share one."""
    torn_down: Said | None = None
    """The server's `notifications/cancelled` for it."""
    cancel: Exchange | None = None
    """Our own."""
    barriers: Sequence[tuple[int, int]] = ()
    """When control requests went out in its session, and were answered: by then the server has
    seen all that was sent before."""

    @property
    def session(self) -> str:
        """Its session."""
        return self.exchange.sent.event.session

    @property
    def id(self) -> Json:
        """The id of the request, which is that of the subscription."""
        return self.exchange.sent.message.id

    @property
    def asked(self) -> JsonObject:
        """The filter that the client gave."""
        return as_object(self.exchange.sent.message.params.get("notifications"))

    @property
    def acknowledgement(self) -> Said | None:
        """The first one."""
        return next((s for s in self.heard if s.message.method == ACKNOWLEDGED), None)

    @property
    def closing(self) -> Said | None:
        """The result that ends it in order."""
        return self.exchange.answer if self.exchange.served else None

    @property
    def dropped(self) -> Event | None:
        """The end of its own stream, where that was not ours."""
        end = self.exchange.http.end if self.exchange.http is not None else None
        return end if end is not None and end.data.get("how") in ("complete", "broken") else None

    @property
    def last(self) -> int:
        """The number of the event by which it was no longer open."""
        http = self.exchange.http
        ends = [
            self.closing.event.seq if self.closing is not None else FOR_EVER,
            self.torn_down.event.seq if self.torn_down is not None else FOR_EVER,
            self.cancel.sent.event.seq if self.cancel is not None else FOR_EVER,
            http.end.seq if http is not None and http.end is not None else FOR_EVER,
        ]
        return min(ends)

    def asks(self, method: str) -> bool:
        """Whether the client asked for notifications of this kind."""
        wanted = self.asked.get(FILTERS[method])
        return wanted is True or (isinstance(wanted, list) and bool(wanted))

    def honours(self, member: str) -> bool:
        """Whether the acknowledgement promises it."""
        said = self.acknowledgement
        if said is None:
            return False
        honoured = as_object(said.message.params.get("notifications"))
        return honoured.get(member) not in (None, False, [])

    def is_open_at(self, seq: int) -> bool:
        """Whether it was acknowledged before an event, and not yet at its end."""
        said = self.acknowledgement
        return said is not None and said.event.seq < seq < self.last

    def barrier_after(self, seq: int) -> int | None:
        """When a control request was answered that was sent after an event, in this session."""
        index = bisect_right(self.barriers, (seq, FOR_EVER))
        return self.barriers[index][1] if index < len(self.barriers) else None

    def was_proved_open(self, seq: int) -> bool:
        """Whether it was open at an event, and at a barrier behind that as well."""
        barrier = self.barrier_after(seq)
        return self.is_open_at(seq) and barrier is not None and barrier < self.last

    def covers(self, uri: str) -> bool:
        """Whether the client asked for a resource, or for one that it may be a part of."""
        wanted = [_plain(str(each)) for each in as_list(self.asked.get("resourceSubscriptions"))]
        return any(_plain(uri).startswith(each) for each in wanted)


def subscriptions(read: Reading) -> list[Subscription]:
    """Return them in order."""
    return read.derived(_opened).subscriptions


def strangers(read: Reading) -> list[Said]:
    """On a shared channel: notifications with an id that is no subscription's."""
    return read.derived(_opened).strangers


def nameless(read: Reading) -> list[Said]:
    """On a shared channel: notifications of subscriptions that name none."""
    return read.derived(_opened).nameless


def in_session(read: Reading, session: str) -> list[Subscription]:
    """Return those of one session."""
    return read.derived(_opened).sessions.get(session, [])


def subscription_id(said: Said) -> Json:
    """Return the subscription that a message names; `None` for none."""
    body = said.message.result if said.message.kind is Kind.RESULT else said.message.params
    return as_object(body.get("_meta")).get(SUBSCRIPTION)


@dataclass(slots=True)
class _Opened:
    subscriptions: list[Subscription]
    sessions: dict[str, list[Subscription]] = field(
        default_factory=lambda: defaultdict(list["Subscription"])
    )
    strangers: list[Said] = field(default_factory=list["Said"])
    nameless: list[Said] = field(default_factory=list["Said"])


def _opened(read: Reading) -> _Opened:
    asked = [e for e in read.exchanges(LISTEN) if e.is_good_request]
    opened = _Opened([Subscription(exchange) for exchange in asked])
    if not asked:
        return opened
    for each in opened.subscriptions:
        opened.sessions[each.session].append(each)
    by_id = {(s.session, id_key(s.id)): s for s in opened.subscriptions}
    _note_barriers(read, opened.subscriptions)
    for cancel in read.exchanges(CANCELLED):
        sent = cancel.sent
        key = (sent.event.session, id_key(sent.message.params.get("requestId")))
        if key in by_id and by_id[key].cancel is None:
            by_id[key].cancel = cancel
    if read.shared:
        _sort_by_id(read, opened)
    else:
        _sort_by_stream(opened.subscriptions)
    return opened


def _note_barriers(read: Reading, opened: list[Subscription]) -> None:
    barriers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for exchange in read.stimuli(BARRIER):
        sent, answer = exchange.sent.event, exchange.answer
        if answer is not None:
            barriers[sent.session].append((sent.seq, answer.event.seq))
    for subscription in opened:
        subscription.barriers = sorted(barriers[subscription.session])


def _sort_by_stream(opened: list[Subscription]) -> None:
    for subscription in opened:
        http = subscription.exchange.http
        for said in http.answers if http is not None else ():
            if said.message.kind is Kind.NOTIFICATION:
                _add(subscription, said)


def _sort_by_id(read: Reading, opened: _Opened) -> None:
    begun = min(s.exchange.sent.event.seq for s in opened.subscriptions)
    exact: dict[tuple[str, tuple[str, str]], Subscription] = {}
    by_text: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
    for each in opened.subscriptions:
        exact.setdefault((each.session, id_key(each.id)), each)
        by_text[each.session, id_key(each.id)[1]].append(each)
    for said in read.messages(Kind.NOTIFICATION):
        session, at = said.event.session, said.event.seq
        if at < begun or session not in opened.sessions:
            continue
        named = subscription_id(said)
        if said.message.method == CANCELLED and named is None:
            named = said.message.params.get("requestId")
        key = id_key(named)
        meant = exact.get((session, key))
        if meant is None or meant.exchange.sent.event.seq > at:
            alike = by_text.get((session, key[1]), ())
            meant = next((s for s in alike if s.exchange.sent.event.seq < at), None)
        if meant is not None:
            _add(meant, said)
        elif named is not None:
            opened.strangers.append(said)
        elif said.message.method == ACKNOWLEDGED or said.message.method in FILTERS:
            opened.nameless.append(said)


def _add(subscription: Subscription, said: Said) -> None:
    if said.message.method == CANCELLED:
        subscription.torn_down = subscription.torn_down or said
    else:
        subscription.heard.append(said)


def _plain(uri: str) -> str:
    return unquote(uri).casefold().rstrip("/")
