"""Which HTTP exchanges the rules of this package look at."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from mcp_proof_contracts.exchange import Exchange, HttpExchange, Said
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind

Post: TypeAlias = tuple[HttpExchange, Exchange]
"""An HTTP exchange and the message that it carried."""
BOTH_TYPES = ("application/json", "text/event-stream")
SUCCESS = range(200, 300)
LISTEN = "subscriptions/listen"
"""Its stream is meant to stay open and to carry what no other POST stream may."""
CHANGES = frozenset(
    {
        "notifications/tools/list_changed",
        "notifications/prompts/list_changed",
        "notifications/resources/list_changed",
        "notifications/resources/updated",
    }
)
"""Notifications that belong to no request."""


def request_posts(read: Reading) -> list[Post]:
    """POSTs of one well-formed request by a client that accepts both forms of answer."""
    return read.derived(_request_posts)


def request_streams(read: Reading) -> list[Post]:
    """The request POSTs that were answered by an event stream, long-lived ones left out."""
    return read.derived(_request_streams)


def posts_of(read: Reading, *kinds: Kind) -> Iterator[Post]:
    """POSTs of one well-formed message of these kinds."""
    posts = read.derived(_posts)
    for post in posts.get(kinds[0], ()) if len(kinds) == 1 else _of(posts, kinds):
        if _is_good(post[1]):
            yield post


def get_streams(read: Reading) -> list[HttpExchange]:
    """The event streams that a GET opened, without those that resumed another."""
    return read.derived(_get_streams)


def resumes(http: HttpExchange) -> bool:
    """Whether the client asked to resume a stream."""
    return "last-event-id" in http.request_headers


def session_of(http: HttpExchange) -> str:
    """The session an exchange belongs to: its id, otherwise the client's connection."""
    session_id = http.request_headers.get("mcp-session-id") or http.headers.get("mcp-session-id")
    return str(session_id or http.request.session)


def session_id_of(http: HttpExchange) -> str:
    """The session id that the response to an `initialize` assigned; "" when it gave none."""
    return str(http.headers.get("mcp-session-id", ""))


def was_open(stream: HttpExchange, event: Event) -> bool:
    """Whether a stream was open when `event` happened."""
    begun = stream.response is not None and stream.response.seq < event.seq
    return begun and (stream.end is None or stream.end.seq > event.seq)


def carried(http: HttpExchange) -> Iterator[tuple[Event, Said | None]]:
    """Each server-sent event with the message it carried, whose entry follows its own at once."""
    by_seq = {said.event.seq: said for said in reversed(http.answers)}
    return ((event, by_seq.get(event.seq + 1)) for event in http.sse)


def _request_posts(read: Reading) -> list[Post]:
    return [
        (http, http.sent)
        for http in read.http()
        if http.sent is not None and http.sent.is_good_request and _accepts_both(http)
    ]


def _request_streams(read: Reading) -> list[Post]:
    return [
        (http, sent)
        for http, sent in request_posts(read)
        if http.status in SUCCESS and http.is_stream and sent.sent.message.method != LISTEN
    ]


def _posts(read: Reading) -> dict[Kind, list[Post]]:
    """All POSTs of messages, by kind."""
    found: dict[Kind, list[Post]] = {}
    for http in read.http():
        if http.sent is not None:
            found.setdefault(http.sent.sent.message.kind, []).append((http, http.sent))
    return found


def _of(posts: dict[Kind, list[Post]], kinds: Iterable[Kind]) -> list[Post]:
    """Those of several kinds, in order."""
    several = (post for kind in kinds for post in posts.get(kind, ()))
    return sorted(several, key=lambda post: post[0].request.seq)


def _get_streams(read: Reading) -> list[HttpExchange]:
    return [
        http
        for http in read.http()
        if http.method == "GET" and http.is_stream and http.status in SUCCESS and not resumes(http)
    ]


def _is_good(sent: Exchange) -> bool:
    """Whether what was sent is one JSON-RPC message without a defect."""
    message = sent.sent.message
    params = message.members.get("params", {})
    return (
        sent.sent.event.message is message
        and message.members.get("jsonrpc") == "2.0"
        and isinstance(message.members.get("method", ""), str)
        and isinstance(params, dict)
    )


def _accepts_both(http: HttpExchange) -> bool:
    accept = str(http.request_headers.get("accept", ""))
    return all(kind in accept for kind in BOTH_TYPES)
