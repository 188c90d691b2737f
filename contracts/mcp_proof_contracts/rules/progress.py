"""Progress: tokens, and the notifications that report on the requests that gave them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META_SUBSCRIPTION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import PROGRESS, Kind, as_object, id_key, is_integer, mistyped, quote

FLOW: Final = "utilities/progress#progress-flow"
BEHAVIOR: Final = "utilities/progress#behavior-requirements"
NOTES: Final = "utilities/progress#implementation-notes"
LISTEN: Final = "subscriptions/listen"
NO_PROGRESS: Final = "the peer reported no progress"
TokenKey = tuple[str, str]


@rule(
    "progress-token-type",
    "MUST",
    FLOW,
    side="both",
    otherwise="the peer sent no progress token",
)
def token_type(read: Reading) -> Observations:
    """A progress token is a string or an integer.

    Looked at: the tokens that the peer's requests give, and those that its notifications name.
    """
    for said in (*_asking(read), *read.notifications(PROGRESS)):
        token = said.message.progress_token
        if said.message.method == PROGRESS and "progressToken" not in said.message.params:
            continue  # its members are judged by progress-members
        if _is_token(token):
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"{said.message.method} has the progress token {quote(token)}",
                expected="a string or an integer",
                actual=quote(token),
                events=(said.event,),
            )


@rule(
    "progress-token-unique",
    "MUST",
    FLOW,
    side="both",
    probes=("progress-tokens",),
    otherwise="the peer sent no two requests with progress tokens at a time",
)
def token_unique(read: Reading) -> Observations:
    """No two active requests of a peer have the same progress token.

    A notification about one of them would be shown as the progress of the other. Looked at: the
    peer's requests that give a token while an earlier one with a token was not answered yet.
    """
    answered = _answered(read)
    active: dict[str, list[tuple[int, Said]]] = defaultdict(list)
    for said in _asking(read):
        session, seq, token = said.event.session, said.event.seq, said.message.progress_token
        until = answered.get((session, id_key(said.message.id)))
        if until is None:
            continue  # never answered: it may have been given up unnoticed
        running = [(end, other) for end, other in active[session] if end > seq]
        same = [o for _, o in running if id_key(o.message.progress_token) == id_key(token)]
        active[session] = [*running, (until, said)]
        if same:
            yield Finding(
                message=f"two active requests have the progress token {quote(token)}",
                expected="a token of its own for each active request",
                actual=quote(token),
                events=(same[0].event, said.event),
            )
        elif running:
            yield Kept(said.event)


@rule("progress-increases", "MUST", FLOW, side="both", otherwise="no request had two reports")
def increases(read: Reading) -> Observations:
    """The `progress` of a request increases with each notification.

    A bar that stands still or goes back tells the user that something is stuck. Equal values are
    a breach; fractions are fine, `total` may change, be exceeded or be left out. Looked at: the
    notifications about one request on one stream; between streams there is no order.
    """
    before: dict[tuple[int, str], tuple[float, Event]] = {}
    for report in read.derived(_reports):
        value, event = report.said.message.params.get("progress"), report.said.event
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if report.owner is None or not number:
            continue
        assert isinstance(value, int | float)
        key = (report.owner.sent.event.seq, event.channel)
        if key in before:
            last, earlier = before[key]
            if value > last:
                yield Kept(event)
            else:
                yield Finding(
                    message=f"progress went from {quote(last)} to {quote(value)}",
                    expected=f"more than {quote(last)}",
                    actual=quote(value),
                    events=(report.owner.sent.event, earlier, event),
                )
        before[key] = (value, event)


@rule("progress-known-token", "MUST", BEHAVIOR, side="both", otherwise=NO_PROGRESS)
def known_token(read: Reading) -> Observations:
    """A progress notification names a token that a request has given.

    The text 1 and the number 1 are different tokens. A token whose request is over is for
    `progress-stops`; one that is neither text nor integer for `progress-token-type`.
    """
    for report in read.derived(_reports):
        if not _is_token(report.token):
            continue
        if report.known:
            yield Kept(report.said.event)
            continue
        other = f", but {quote(report.alike)} was" if report.alike is not None else ""
        yield Finding(
            message=f"progress of the token {quote(report.token)}, which was never given{other}",
            expected="the token of an active request",
            actual=quote(report.token),
            events=(report.said.event,),
        )


@rule(
    "progress-stops",
    "MUST",
    NOTES,
    side="both",
    otherwise="no request on whose progress there were reports was answered",
)
def stops(read: Reading) -> Observations:
    """No progress is reported on a request that has been answered.

    Looked at: notifications behind the response, on the same stream. A request that goes on as a
    task reports on until the task ends, and is not judged.
    """
    late: set[int] = set()
    told: dict[int, Exchange] = {}
    for report in read.derived(_reports):
        owner = report.owner
        if owner is None or _is_task(owner):
            continue
        if _on_one_stream(report.said, owner):
            told[owner.sent.event.seq] = owner
        if report.late:
            late.add(owner.sent.event.seq)
            yield Finding(
                message=f"progress was reported after the response to {owner.sent.message.method}",
                expected="no notification after the response",
                actual=report.said.message.excerpt,
                events=(*owner.evidence, report.said.event),
            )
    for seq, owner in told.items():
        if owner.answer is not None and seq not in late:
            yield Kept(owner.answer.event)


@rule("progress-members", "schema", FLOW, side="both", otherwise=NO_PROGRESS)
def members(read: Reading) -> Observations:
    """A progress notification has a token and a numeric `progress`; its other members their types.

    `total` is a number, and from 2025-03-26 on `message` a text. Looked at: the params by the
    revision's definition. The type of the token is for `progress-token-type`.
    """
    for said in read.notifications(PROGRESS):
        judged = {name: member for name, member in said.message.params.items() if name != "_meta"}
        if "progressToken" in judged:
            judged["progressToken"] = "any"
        wrong = problems(read.revision, "ProgressParams", judged)
        if not wrong:
            yield Kept(said.event)
        for problem in wrong:
            yield Finding(
                message=f"ill-formed progress: {problem}",
                expected="`progressToken`, `progress`, and at most `total` and `message`",
                actual=quote(said.message.params),
                events=(said.event,),
            )


@rule(
    "progress-26-own-stream",
    "MUST",
    "streamable-http#receiving-messages",
    since=Revision.R2026_07_28,
    probes=("request-scoped",),
    otherwise="no progress came on the stream of a request",
)
def own_stream(read: Reading) -> Observations:
    """Progress is reported on the response stream of the request that it is about.

    Another stream may lead to another part of the client, or be closed before. Looked at: over
    HTTP the request on whose stream a notification came; elsewhere whether it bears the id of a
    subscription.
    """
    for report in read.derived(_reports):
        http = read.http_of(report.said.event)
        own = http.sent if http is not None else None
        if own is not None and _gives(own, report.token):
            if own.sent.message.method != LISTEN:
                yield Kept(report.said.event)
        elif _is_subscribed(report.said) or (own is not None and report.known):
            carrier = own.sent.message.method if own is not None else "a subscription"
            yield Finding(
                message=f"progress of another request was reported on the stream of {carrier}",
                expected="the stream of the request that gave the token",
                actual=report.said.message.excerpt,
                events=(*(own.evidence if own is not None else ()), report.said.event),
            )


@dataclass(slots=True, kw_only=True)
class _Report:
    """One notification, and what it is about."""

    said: Said
    token: Json
    owner: Exchange | None = None
    """The request that it is about, where that is certain."""
    known: bool = False
    """Whether any request before has given the token."""
    late: bool = False
    """Whether the request was answered before on the same stream."""
    alike: Json = None
    """A token that was given and differs only in its JSON type."""


class _Tokens:
    """The tokens that were given so far, and the requests that they belong to."""

    def __init__(self, read: Reading) -> None:
        self._read = read
        self._active: dict[tuple[str, TokenKey], list[Exchange]] = defaultdict(list)
        self._done: dict[tuple[str, TokenKey], Exchange] = {}
        self._given: dict[TokenKey, Json] = {}

    def gives(self, exchange: Exchange) -> None:
        token = exchange.sent.message.progress_token
        self._given[id_key(token)] = token
        self._active[self._key(exchange)].append(exchange)

    def ends(self, exchange: Exchange) -> None:
        running = self._active[key := self._key(exchange)]
        self._active[key] = [each for each in running if each is not exchange]
        self._done[key] = exchange

    def report(self, said: Said) -> _Report:
        token = said.message.progress_token
        key = id_key(token)
        report = _Report(said=said, token=token, known=key in self._given)
        if not report.known:
            alike = (given for given in self._given.values() if mistyped(given, token))
            report.alike = next(alike, None)
            return report
        running = self._active[said.event.session, key]
        done = self._done.get((said.event.session, key))
        http = self._read.http_of(said.event)
        if http is not None and http.sent is not None and _gives(http.sent, token):
            report.owner = http.sent
        elif len(running) == 1:
            report.owner = running[0]
        elif not running:
            report.owner = done
        report.late = not running and _is_behind(said, report.owner)
        return report

    def _key(self, exchange: Exchange) -> tuple[str, TokenKey]:
        return exchange.sent.event.session, id_key(exchange.sent.message.progress_token)


def _reports(read: Reading) -> list[_Report]:
    """What the peer reported, in order, with the requests that it is about."""
    told = read.notifications(PROGRESS)
    if not told:
        return []
    moments: list[tuple[int, int, Exchange | Said]] = [(s.event.seq, 2, s) for s in told]
    named = {id_key(said.message.progress_token)[1] for said in told}  # 1 and "1" are alike
    for exchange in read.exchanges():
        if exchange.sent.message.kind is Kind.REQUEST and "_meta" in exchange.sent.message.params:
            token = exchange.sent.message.progress_token
            if token is None or id_key(token)[1] not in named:
                continue
            moments.append((exchange.sent.event.seq, 0, exchange))
            if exchange.answer is not None:
                moments.append((exchange.answer.event.seq, 1, exchange))
    tokens, found = _Tokens(read), list[_Report]()
    for _, what, moment in sorted(moments, key=lambda m: m[:2]):
        if isinstance(moment, Said):
            found.append(tokens.report(moment))
        elif what == 0:
            tokens.gives(moment)
        else:
            tokens.ends(moment)
    return found


def _is_behind(said: Said, owner: Exchange | None) -> bool:
    """Whether a notification came after the response on the stream that carried both."""
    if owner is None or owner.answer is None:
        return False
    answer = owner.answer.event
    return answer.channel == said.event.channel and answer.seq < said.event.seq


def _on_one_stream(said: Said, owner: Exchange) -> bool:
    """Whether a notification and the response can be told apart by their order."""
    return owner.answer is not None and owner.answer.event.channel == said.event.channel


def _is_task(exchange: Exchange) -> bool:
    """Whether a request goes on behind its response."""
    return "task" in exchange.result or exchange.result.get("resultType") == "task"


def _gives(exchange: Exchange, token: Json) -> bool:
    given = exchange.sent.message.progress_token
    return given is not None and id_key(given) == id_key(token)


def _is_subscribed(said: Said) -> bool:
    return META_SUBSCRIPTION in as_object(said.message.params.get("_meta"))


def _is_token(value: Json) -> bool:
    return isinstance(value, str) or is_integer(value)


def _asking(read: Reading) -> Iterator[Said]:
    """The peer's own requests that give a token."""
    for said in read.messages(Kind.REQUEST):
        if "progressToken" in as_object(said.message.params.get("_meta")):
            yield said


def _answered(read: Reading) -> dict[tuple[str, TokenKey], int]:
    """When each request of the peer was answered, or taken back by the peer itself."""
    ends: dict[tuple[str, TokenKey], int] = {}
    for exchange in read.exchanges(""):  # a response has no method
        event = exchange.sent.event
        ends.setdefault((event.session, id_key(exchange.sent.message.id)), event.seq)
    for said in read.notifications("notifications/cancelled"):
        key = (said.event.session, id_key(said.message.params.get("requestId")))
        ends[key] = min(ends.get(key, said.event.seq), said.event.seq)
    return ends
