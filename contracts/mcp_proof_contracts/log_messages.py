"""Log messages: their severity, and where they came."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META_LOG_LEVEL, META_SUBSCRIPTION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.wire import Kind, as_object

LOG_MESSAGE: Final = "notifications/message"
SET_LEVEL: Final = "logging/setLevel"
LISTEN: Final = "subscriptions/listen"
LEVELS: Final = (
    "debug",
    "info",
    "notice",
    "warning",
    "error",
    "critical",
    "alert",
    "emergency",
)
"""By severity (RFC 5424, as utilities/logging has them)."""


class Place(StrEnum):
    """Where a log message came."""

    WANTED = "for a request that asks for log messages"
    UNWANTED = "for a request that asks for none"
    SUBSCRIPTION = "on the stream of a subscription"
    BEHIND = "behind the final response"
    NOWHERE = "while no request was under way"


@dataclass(frozen=True, slots=True)
class Placed:
    """A log message of 2026-07-28, and the requests that it can belong to."""

    said: Said
    place: Place
    requests: tuple[Exchange, ...]


def is_below(level: Json, least: Json) -> bool:
    """Whether a level is less severe than another; unknown ones are not compared."""
    if level not in LEVELS or least not in LEVELS:
        return False
    return LEVELS.index(str(level)) < LEVELS.index(str(least))


def wanted_level(exchange: Exchange) -> Json:
    """Return the least severe level that a request of 2026-07-28 wants; `None` for none."""
    return as_object(exchange.sent.message.params.get("_meta")).get(META_LOG_LEVEL)


def placed(read: Reading) -> list[Placed]:
    """Return the log messages of a transcript of 2026-07-28, each with where it came."""
    told = read.notifications(LOG_MESSAGE)
    if not told:
        return []
    return list(_on_one_channel(read) if read.shared else _on_streams(read))


def logged_for(read: Reading, exchange: Exchange) -> list[Said]:
    """Return the log messages that came between a request and its answer, on its channel."""
    answer = exchange.answer
    if answer is None:
        return []
    first, last = exchange.sent.event, answer.event.seq
    told = read.notifications(LOG_MESSAGE)
    start = bisect_right(told, first.seq, key=lambda said: said.event.seq)
    end = bisect_right(told, last, key=lambda said: said.event.seq)
    within = (said for said in told[start:end] if said.event.session == first.session)
    return [s for s in within if read.shared or s.event.channel == answer.event.channel]


def under_threshold(read: Reading) -> Iterator[tuple[Said, Exchange]]:
    """Yield the log messages that came when a level was surely set, with what set it last.

    On one channel a level counts from the answer to a request that was sent after it was set:
    what had been written before has come by then. Over HTTP it counts for the streams of requests
    that were sent after it was set.
    """
    told = read.notifications(LOG_MESSAGE)
    sets = read.exchanges(SET_LEVEL)
    if not told or not sets:
        return
    moments: list[tuple[int, int, Exchange | Said]] = [(s.event.seq, 2, s) for s in told]
    for exchange in sets:
        moments.append((exchange.sent.event.seq, 0, exchange))
        since = _since(read, exchange)
        if since is not None:
            moments.append((since, 1, exchange))
    last: dict[str, Exchange] = {}
    in_force: dict[str, Exchange] = {}
    for _, what, moment in sorted(moments, key=lambda m: m[:2]):
        if isinstance(moment, Said):
            setting = in_force.get(moment.event.session)
            if setting is not None and (read.shared or _is_for_later(read, moment, setting)):
                yield moment, setting
        elif what == 0:
            last[moment.sent.event.session] = moment
            in_force.pop(moment.sent.event.session, None)
        elif last[moment.sent.event.session] is moment:
            in_force[moment.sent.event.session] = moment


def _since(read: Reading, setting: Exchange) -> int | None:
    """The moment from which on a level that was set counts, if it was set at all."""
    if setting.answer is None or not setting.served:
        return None
    at = setting.answer.event.seq
    if not read.shared:
        return at
    everything = read.exchanges()
    start = bisect_right(everything, at, key=lambda each: each.sent.event.seq)
    for index in range(start, len(everything)):
        later = everything[index]
        if later.sent.event.session == setting.sent.event.session and later.answer is not None:
            return later.answer.event.seq
    return None


def _is_for_later(read: Reading, said: Said, setting: Exchange) -> bool:
    """Whether a message came on the stream of a request that was sent after a level was set."""
    http = read.http_of(said.event)
    assert setting.answer is not None
    return (
        http is not None and http.sent is not None and http.request.seq > setting.answer.event.seq
    )


def _on_streams(read: Reading) -> Iterator[Placed]:
    for said in read.notifications(LOG_MESSAGE):
        http = read.http_of(said.event)
        own = http.sent if http is not None else None
        if own is None:
            continue
        if own.sent.message.method == LISTEN:
            place = Place.SUBSCRIPTION
        elif wanted_level(own) is None:
            place = Place.UNWANTED
        elif own.answer is not None and own.answer.event.seq < said.event.seq:
            place = Place.BEHIND
        else:
            place = Place.WANTED
        yield Placed(said, place, (own,))


def _on_one_channel(read: Reading) -> Iterator[Placed]:
    moments: list[tuple[int, int, Exchange | Said]] = [
        (said.event.seq, 2, said) for said in read.notifications(LOG_MESSAGE)
    ]
    for exchange in read.exchanges():
        if exchange.sent.message.kind is Kind.REQUEST and exchange.sent.message.method != LISTEN:
            moments.append((exchange.sent.event.seq, 0, exchange))
            if exchange.answer is not None:
                moments.append((exchange.answer.event.seq, 1, exchange))
    running: dict[str, dict[int, Exchange]] = defaultdict(dict)
    for _, what, moment in sorted(moments, key=lambda m: m[:2]):
        if isinstance(moment, Said):
            yield _among(moment, tuple(running[moment.event.session].values()))
        elif what == 0:
            running[moment.sent.event.session][moment.sent.event.seq] = moment
        else:
            running[moment.sent.event.session].pop(moment.sent.event.seq, None)


def _among(said: Said, running: tuple[Exchange, ...]) -> Placed:
    asking = tuple(each for each in running if wanted_level(each) is not None)
    if META_SUBSCRIPTION in as_object(said.message.params.get("_meta")):
        return Placed(said, Place.SUBSCRIPTION, ())
    if asking:
        return Placed(said, Place.WANTED, asking)
    return Placed(said, Place.UNWANTED if running else Place.NOWHERE, running)
