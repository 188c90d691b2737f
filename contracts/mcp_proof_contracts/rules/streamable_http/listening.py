"""Transports, Streamable HTTP: Listening for Messages from the Server, and Multiple Connections."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import TypeAlias

from mcp_proof_contracts.exchange import Exchange, HttpExchange, Said
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.streamable_http.traffic import (
    CHANGES,
    SUCCESS,
    get_streams,
    resumes,
    session_of,
    was_open,
)
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import PROGRESS, Kind, id_key

LISTENING = "streamable-http#listening-for-messages-from-the-server"

Place: TypeAlias = tuple[HttpExchange, Said]


@rule(
    "http-get-stream-unrelated",
    "SHOULD",
    LISTENING,
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="nothing came on a GET stream",
)
def get_stream_unrelated(read: Reading) -> Observations:
    """What comes on the GET stream is unrelated to the client's running requests.

    What belongs to a request goes on that request's own stream, where it cannot be mistaken or
    lost. Looked at: progress whose token a request of the session gave; the progress of tasks goes
    on after their request and is left out. Whether a log message or a request of the server
    belongs to a request cannot be seen. A resumed stream carries what it carried before.
    """
    for http in get_streams(read):
        for said in http.answers:
            owner = _owner(read, said)
            if owner is not None:
                yield Finding(
                    message=f"progress of {owner.sent.message.method} came on the GET stream",
                    expected="progress on the stream of the request that asked for it",
                    actual=said.message.excerpt,
                    events=(owner.sent.event, *http.evidence[:2], said.event),
                )
            elif said.message.method in CHANGES:
                yield Kept(said.event)


@rule(
    "http-get-stream-no-responses",
    "MUST NOT",
    LISTENING,
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    otherwise="no request was answered while a GET stream was open",
)
def get_stream_no_responses(read: Reading) -> Observations:
    """No response comes on a GET stream, unless it resumes the stream of a request.

    Responses belong to the POST that asked; a client that reads them elsewhere would have to
    merge streams. Looked at: every response that came while a GET stream was open.
    """
    listening: dict[str, list[HttpExchange]] = defaultdict(list)
    for http in get_streams(read):
        listening[http.request.session].append(http)
    for said in read.messages(Kind.RESULT, Kind.ERROR):
        for http in listening.get(said.event.session, ()):
            if http.request.channel == said.event.channel:
                yield Finding(
                    message="a response came on a GET stream that resumes nothing",
                    expected="the response on the POST of its request",
                    actual=said.message.excerpt,
                    events=(*http.evidence[:2], said.event),
                )
            elif was_open(http, said.event):
                yield Kept(said.event)


@rule(
    "http-no-broadcast",
    "MUST NOT",
    "streamable-http#multiple-connections",
    since=Revision.R2025_03_26,
    until=Revision.R2025_11_25,
    transport="http",
    probes=("two-listeners",),
    otherwise="nothing was said on one stream while a GET stream was open",
)
def no_broadcast(read: Reading) -> Observations:
    """Each message is sent on one stream only.

    A client that is connected twice would otherwise act twice. Looked at: responses, requests and
    progress, which show that they are the same message, and change notifications that came on two
    GET streams alike. A replay on a resumed stream is no second sending.
    """
    for streams in _by_session(read).values():
        places: dict[object, list[Place]] = defaultdict(list)
        for http in streams:
            for identity, said in _identified(http):
                places[identity].append((http, said))
        listening = [http for http in streams if http.method == "GET"]
        for copies in places.values():
            first, said = copies[0]
            if any(_twice(one, other) for one, other in combinations(copies, 2)):
                yield Finding(
                    message="the same message came on two streams of one session",
                    expected="each message on only one of the connected streams",
                    actual=said.message.excerpt,
                    events=tuple(each.event for _, each in copies),
                )
            elif any(was_open(http, said.event) for http in listening if http is not first):
                yield Kept(said.event)


def _twice(one: Place, other: Place) -> bool:
    """Whether two sendings of the same message are one too many: on streams open side by side."""
    (stream, said), (second, again) = one, other
    side_by_side = _goes_on(second, said.event) or _goes_on(stream, again.event)
    return stream is not second and side_by_side


def _goes_on(stream: HttpExchange, event: Event) -> bool:
    """Whether a stream was open, and what was asked on it had no response yet."""
    reply = stream.sent.reply if stream.sent is not None else None
    return was_open(stream, event) and (reply is None or reply.event.seq > event.seq)


def _owner(read: Reading, progress: Said) -> Exchange | None:
    """The request of the same session whose progress this is; `None` for anything else."""
    token = progress.message.progress_token
    if progress.message.method != PROGRESS or token is None:
        return None
    for exchange in read.exchanges():
        sent = exchange.sent
        if (
            sent.event.session == progress.event.session
            and sent.event.seq < progress.event.seq
            and sent.message.progress_token == token
            and "task" not in sent.message.params
        ):
            return exchange
    return None


def _by_session(read: Reading) -> dict[str, list[HttpExchange]]:
    """The event streams of each session, without those that resumed another."""
    streams: dict[str, list[HttpExchange]] = defaultdict(list)
    for http in read.http():
        if http.is_stream and http.status in SUCCESS and not resumes(http):
            streams[session_of(http)].append(http)
    return streams


def _identified(http: HttpExchange) -> Iterator[tuple[object, Said]]:
    """The messages of a stream that would be recognised on another one, with what tells it."""
    seen: Counter[str] = Counter()
    for said in http.answers:
        message = said.message
        if message.is_response or message.kind is Kind.REQUEST:
            if message.id is not None:
                yield (message.kind, id_key(message.id), message.raw), said
        elif message.method == PROGRESS:
            yield message.raw, said
        elif message.method in CHANGES and http.method == "GET":
            seen[message.method] += 1
            yield (message.raw, seen[message.method]), said
