"""A transcript, indexed once so that rules can ask instead of search.

Everything here is derived from the events alone, whoever recorded them: which answer belongs to
which request, which revision a session speaks, what the server declared and listed.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from mcp_proof_contracts.collector import collector_paused
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.exchange import Exchange, HttpExchange, Said
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.kept_value import kept_value
from mcp_proof_contracts.negotiated import NONE, claimed, session_revisions, spoken_revision
from mcp_proof_contracts.opening import OPENINGS, opened_by_handshake
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import CANARIES, DOCUMENTS, Event, EventKind, Sender, Transcript
from mcp_proof_contracts.wire import Kind, as_list, as_object, encode, id_key, message, mistyped

T = TypeVar("T")

BARRIER: Final = "barrier"
"""The probe label of control requests, which prove order and life."""
NEGOTIATION: Final = "negotiation"
"""The probe label of what finds out which revision the peer speaks."""
ORDINARY: Final = ("", NEGOTIATION, BARRIER)
"""The probe labels of traffic that is right in every respect."""
RECENT: Final = 16
"""How far back a response without a usable id can belong."""


def spoken(transcript: Transcript) -> Spoken | None:
    """Return what is spoken in a transcript; `None` when nothing in it tells."""
    dialect = transcript.header.dialect
    return spoken_revision(transcript, ORDINARY) if dialect is Dialect.MCP else dialect


class Reading:
    """One transcript, read as one revision of MCP, or another dialect, has it."""

    def __init__(self, transcript: Transcript, spoken: Spoken) -> None:
        self.transcript = transcript
        self.spoken = spoken
        self.peer = transcript.header.side
        self.transport = transcript.header.transport
        self.shared = self.transport != "http"
        """Whether all answers come on one channel; over Streamable HTTP each POST has its own."""
        self._revisions = session_revisions(transcript) if isinstance(spoken, Revision) else NONE
        self._named = spoken if isinstance(spoken, Dialect) else ""
        """How the sessions begin in which this is spoken; and those that are no part of it."""
        self._foreign = (CANARIES, *(f"{each}/" for each in Dialect if each is not spoken))
        self._settled = opened_by_handshake(transcript) if self.shared else frozenset[str]()
        """The channels on which a modern claim counts for nothing."""
        self._exchanges: list[Exchange] = []
        self._http: dict[tuple[str, str], HttpExchange] = {}
        self._said: list[Said] = []
        self._open: dict[tuple[str, tuple[str, str]], Exchange] = {}
        self.reuses_ids = False
        """Whether any session, at whatever revision, was sent two requests with the same id."""
        self._came_for: dict[int, Exchange] = {}
        """The exchange of each answer, by the sequence number of its event."""
        self._abandoned = {e.probe for e in transcript.events if e.kind is EventKind.ABANDONED}
        """The probes that the driver did not carry to their end."""
        self._recent: dict[str, deque[Exchange]] = defaultdict(lambda: deque(maxlen=RECENT))
        self._derived: dict[Callable[..., Any], Any] = {}
        with collector_paused():
            for event in transcript.events:
                self._read(event)

    @kept_value
    def revision(self) -> Revision:
        """The revision that is read; only rules of MCP itself ask for it."""
        assert isinstance(self.spoken, Revision), f"{self.spoken} has no revisions"
        return self.spoken

    @kept_value
    def counterpart(self) -> "Reading":
        """The same as the other side has it: of a client, what it asked and what it got."""
        other = Sender.CLIENT if self.peer is Sender.SERVER else Sender.SERVER
        header = replace(self.transcript.header, side=other)
        return Reading(Transcript(header, self.transcript.events), self.spoken)

    # What was said

    def frames(self) -> Iterator[Event]:
        """Every text the peer sent where a message belongs, decodable or not."""
        for said in self._said:
            if said.event.sender is self.peer and self._counts(said) and said.index == 0:
                yield said.event

    def objects(self) -> Sequence[Said]:
        """Every JSON object the peer sent, batches taken apart, whether a proper message or not."""
        return self._objects

    @kept_value
    def _objects(self) -> list[Said]:
        peer, counts = self.peer, self._counts_revision
        return [
            said
            for said in self._said
            if said.event.sender is peer
            and isinstance(said.message.value, dict)
            and counts(said.revision)
        ]

    def messages(self, *kinds: Kind) -> Iterator[Said]:
        """The peer's messages of these kinds (all proper kinds when none is named)."""
        if len(kinds) == 1:
            yield from self._by_kind[kinds[0]]
            return
        wanted = kinds or (Kind.REQUEST, Kind.NOTIFICATION, Kind.RESULT, Kind.ERROR)
        yield from (said for said in self._objects if said.message.kind in wanted)

    @kept_value
    def _by_kind(self) -> dict[Kind, list[Said]]:
        found: dict[Kind, list[Said]] = {kind: [] for kind in Kind}
        for said in self._objects:
            found[said.message.kind].append(said)
        return found

    def notifications(self, method: str) -> Sequence[Said]:
        """The peer's notifications of one method."""
        return self._notifications.get(method, ())

    @kept_value
    def _notifications(self) -> dict[str, list[Said]]:
        found: dict[str, list[Said]] = defaultdict(list)
        for said in self._by_kind[Kind.NOTIFICATION]:
            found[said.message.method].append(said)
        return found

    def derived(self, make: "Callable[[Reading], T]") -> T:
        """Return what `make` makes of this reading: made once, whoever asks."""
        if make not in self._derived:
            self._derived[make] = make(self)
        made: T = self._derived[make]
        return made

    # What belongs together

    def exchanges(self, method: str | None = None) -> Sequence[Exchange]:
        """What was sent to the peer, each with its answers, at this revision."""
        return self._counting if method is None else self._by_method.get(method, ())

    @kept_value
    def _counting(self) -> list[Exchange]:
        counts, is_open = self._counts_revision, self._is_open
        return [e for e in self._exchanges if counts(e.sent.revision) and not is_open(e)]

    @kept_value
    def _by_method(self) -> dict[str, list[Exchange]]:
        found: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in self._counting:
            found[exchange.sent.message.method].append(exchange)
        return found

    def stimuli(self, probe: str, case: str | None = None) -> Iterator[Exchange]:
        """The messages that a probe sent, at whatever revision they claim."""
        for exchange in self._by_probe.get(probe, ()):
            if case in (None, exchange.case):
                yield exchange

    @kept_value
    def _by_probe(self) -> dict[str, list[Exchange]]:
        found: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in self._exchanges:
            probe = exchange.sent.event.probe.partition("/")[0]
            if probe not in self._abandoned and not self._is_open(exchange):
                found[probe].append(exchange)
        return found

    def results(self, method: str) -> Iterator[Exchange]:
        """The requests of `method` that the peer answered with a result."""
        return iter(self._by_answered_method.get(method, ()))

    @kept_value
    def _by_answered_method(self) -> dict[str, list[Exchange]]:
        return {
            method: [
                exchange
                for exchange in exchanges
                if exchange.answers and exchange.answers[0].message.kind is Kind.RESULT
            ]
            for method, exchanges in self._by_method.items()
        }

    def cancelled(self, exchange: Exchange) -> bool:
        """Whether the request was cancelled by whoever sent it, so that no response is due."""
        sent = exchange.sent
        return (sent.event.session, id_key(sent.message.id)) in self._cancelled

    @kept_value
    def _cancelled(self) -> frozenset[tuple[str, tuple[str, str]]]:
        return frozenset(
            (cancel.sent.event.session, id_key(cancel.sent.message.params.get("requestId")))
            for cancel in self.exchanges("notifications/cancelled")
        )

    def http(self, probe: str | None = None, case: str | None = None) -> Iterator[HttpExchange]:
        """The HTTP exchanges at this revision, or those of one probe at any revision."""
        if probe is None:
            yield from self._http_counting
            return
        for exchange in self._http_by_probe.get(probe, ()):
            if case in (None, exchange.case):
                yield exchange

    @kept_value
    def _http_counting(self) -> list[HttpExchange]:
        counts, is_open = self._counts_revision, self._is_open
        return [
            each
            for each in self._http.values()
            if counts(each.revision)
            and not is_open(each)
            and not each.request.channel.startswith(DOCUMENTS)
        ]

    @kept_value
    def _http_by_probe(self) -> dict[str, list[HttpExchange]]:
        found: dict[str, list[HttpExchange]] = defaultdict(list)
        for exchange in self._http.values():
            probe = exchange.request.probe.partition("/")[0]
            if probe not in self._abandoned and not self._is_open(exchange):
                found[probe].append(exchange)
        return found

    def fetched(self, label: str = "") -> list[Event]:
        """What the peer asked of our canaries, in the name of a probe or of "probe/case"."""
        return [e for e in self.events(EventKind.HTTP_REQUEST) if e.fetched_for(label)]

    def http_of(self, event: Event) -> HttpExchange | None:
        """The HTTP exchange that an event crossed in."""
        return self._http.get((event.session, event.channel))

    def exchange_of(self, event: Event) -> Exchange | None:
        """The exchange for which a message of the peer came."""
        return self._came_for.get(event.seq)

    # What the server declared and listed

    @kept_value
    def introduction(self) -> Exchange | None:
        """The first answered `initialize` or `server/discover` at this revision."""
        for method in OPENINGS:
            for exchange in self.results(method):
                return exchange
        return None

    @property
    def capabilities(self) -> JsonObject:
        """The server's capabilities; empty when it declared none or was not asked."""
        return as_object(self._introduced("capabilities"))

    def declares(self, path: str) -> bool:
        """Whether the server declares a capability ("tools") or its flag ("tools.listChanged")."""
        value: Json = self.capabilities
        for name in path.split("."):
            value = as_object(value).get(name)
        return value is True or isinstance(value, dict)

    @kept_value
    def tools(self) -> tuple[tuple[JsonObject, Said], ...]:
        """Every tool of every different tools/list result, with the answer that listed it first."""
        seen: set[bytes] = set()
        found: list[tuple[JsonObject, Said]] = []
        for exchange in self.results("tools/list"):
            listed = as_list(exchange.result.get("tools"))
            text = encode(listed)
            if exchange.answer is not None and text not in seen:
                seen.add(text)
                found += ((as_object(tool), exchange.answer) for tool in listed)
        return tuple(found)

    @kept_value
    def tool_by_name(self) -> dict[str, JsonObject]:
        """The listed tools by name; the first listing wins."""
        named: dict[str, JsonObject] = {}
        for tool, _ in self.tools:
            name = tool.get("name")
            if isinstance(name, str):
                named.setdefault(name, tool)
        return named

    def events(self, kind: EventKind) -> Iterator[Event]:
        """All events of one kind."""
        return (event for event in self.transcript.events if event.kind is kind)

    # Reading, event by event

    def _introduced(self, member: str) -> Json:
        if self.introduction is None or self.introduction.answer is None:
            return None
        return self.introduction.answer.message.result.get(member)

    def _counts(self, said: Said) -> bool:
        return self._counts_revision(said.revision)

    def _is_open(self, exchange: Exchange | HttpExchange) -> bool:
        """Whether the driver stopped, or failed, before it could see what came of it."""
        return exchange.failed or (bool(self._abandoned) and exchange.pending)

    def _counts_revision(self, revision: Revision | None) -> bool:
        return revision is None or revision == self.spoken or not isinstance(self.spoken, Revision)

    def _read(self, event: Event) -> None:
        if event.session.startswith(self._foreign) or not event.session.startswith(self._named):
            return  # said to find out that it is this dialect; or `fetched` has it
        if event.kind is EventKind.MESSAGE:
            self._read_message(event)
        elif event.kind is EventKind.SILENCE:
            self._read_silence(event)
        elif event.channel != "stdio":
            self._read_http(event)

    def _read_http(self, event: Event) -> None:
        key = (event.session, event.channel)
        if event.kind is EventKind.HTTP_REQUEST:
            self._http[key] = HttpExchange(
                request=event, revision=self._revisions.get(event.session)
            )
        elif (exchange := self._http.get(key)) is not None:
            exchange.add(event)
            if self.shared and exchange.is_error and exchange.sent is not None:
                exchange.sent.http = exchange  # HTTP+SSE: refused by its POST, not on the stream

    def _read_message(self, event: Event) -> None:
        assert event.message is not None
        http = self.http_of(event)
        parts = [event.message]
        if event.message.kind is Kind.BATCH:
            parts = [message(v) for v in as_list(event.message.value)] or parts
        revision = self._revisions.get(event.session)
        for index, part in enumerate(parts):
            said = self._place(Said(event, part, revision, index), http)
            self._said.append(said)
            if http is not None and event.sender is Sender.SERVER:
                http.answers.append(said)

    def _place(self, said: Said, http: HttpExchange | None) -> Said:
        """File a message under what it starts or what it answers; give it its revision."""
        if said.event.sender is not self.peer:
            if said.event.session not in self._settled:
                said = said.at(claimed(said.message.params) or said.revision)
            return self._place_stimulus(said, http)
        if not said.message.is_response or self._is_no_message(http):
            return said.at(http.revision) if http is not None else said
        key = (said.event.session, id_key(said.message.id))
        exchange = self._open.get(key) if "id" in said.message.members else None
        if exchange is not None:
            said = said.at(exchange.sent.revision)
            exchange.add_answer(said)
            self._came_for.setdefault(said.event.seq, exchange)
            return said
        own = http.sent if http is not None else None
        on_stream = http is None or (self.shared and own is None)
        exchange = self._stimulus_of(said) if on_stream else own
        if exchange is None:
            return said
        said = said.at(exchange.sent.revision)
        exchange.strays.append(said)
        self._came_for.setdefault(said.event.seq, exchange)
        return said

    def _is_no_message(self, http: HttpExchange | None) -> bool:
        """Whether something came where a dialect besides MCP has documents of its own."""
        return isinstance(self.spoken, Dialect) and http is not None and http.method == "GET"

    def _stimulus_of(self, stray: Said) -> Exchange | None:
        """What a response with a foreign id, or none, most likely answers on a shared channel."""
        recent = self._recent[stray.event.session]
        unanswered = [exchange for exchange in recent if not exchange.answers]
        for exchange in reversed(unanswered):
            if mistyped(exchange.sent.message.id, stray.message.id):
                return exchange
        likely = [exchange for exchange in unanswered if exchange.probe != BARRIER]
        return likely[-1] if likely else (recent[-1] if recent else None)

    def _place_stimulus(self, said: Said, http: HttpExchange | None) -> Said:
        # An accepted POST of HTTP+SSE is no answer: that comes on the stream.
        exchange = Exchange(sent=said, http=None if self.shared else http)
        self._exchanges.append(exchange)
        self._recent[said.event.session].append(exchange)
        if said.message.kind is Kind.REQUEST:
            key = (said.event.session, id_key(said.message.id))
            self.reuses_ids = self.reuses_ids or key in self._open
            self._open[key] = exchange
        if http is not None and http.sent is None:
            http.sent = exchange
            http.revision = said.revision
        return said

    def _read_silence(self, event: Event) -> None:
        key = (event.session, id_key(event.data.get("id")))
        if (exchange := self._open.get(key)) is not None:
            exchange.silence = event
