"""Transports, Streamable HTTP: that clients can read whatever form an answer comes in."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from mcp_proof_contracts.client_run import Told, told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import encode

Asked: TypeAlias = tuple[Told, Exchange]
"""A wish, and the request that the client sent for it."""
Form: TypeAlias = Callable[[Exchange], bool]
METHODS: Final = {
    "call": "tools/call",
    "read": "resources/read",
    "get-prompt": "prompts/get",
}
"""The wishes that one request fulfils."""


@rule(
    "http-client-handles-json-and-sse",
    "MUST",
    "streamable-http#sending-messages",
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise="no request was answered once by JSON and once by an event stream",
)
def handles_json_and_sse(read: Reading) -> Observations:
    """A request is answered as well by an event stream as by a JSON body.

    The server chooses between them for each request. Looked at: wishes for which the client sent
    the same request more than once and got the same result, by JSON and by a stream, however that
    is written. Where its user was told of success by the one, it must be so by the other.
    """
    for asked in (pairs(read, do) for do in METHODS):
        yield from compared(asked, _by_stream, _by_json, "an event stream")
        yield from compared(asked, _by_json, _by_stream, "a JSON body")


def pairs(read: Reading, do: str) -> list[Asked]:
    """What was told of each wish of a kind, with its request; [] where that is not certain."""
    outcomes = sorted(told(read, do), key=lambda each: each.wish)
    requests = read.counterpart.exchanges(METHODS[do])
    if len(outcomes) != len(requests):
        return []
    return list(zip(outcomes, requests, strict=True))


def compared(asked: list[Asked], form: Form, other: Form, words: str) -> Iterator[Kept | Finding]:
    """Judge the answers in one form by those to the same requests in another."""
    understood = [_substance(sent) for outcome, sent in asked if outcome.ok and other(sent)]
    for outcome, sent in asked:
        if not form(sent) or _substance(sent) not in understood:
            continue
        if outcome.ok:
            yield Kept(sent.sent.event)
            continue
        yield Finding(
            message=f"the answer to {sent.sent.message.method} was not understood: it came by "
            f"{words}",
            expected="the result, which was understood in another form",
            actual=f"the user was told: {outcome.error}",
            events=(*sent.evidence, outcome.event),
        )


def _by_stream(sent: Exchange) -> bool:
    return sent.served and sent.http is not None and sent.http.is_stream


def _by_json(sent: Exchange) -> bool:
    return sent.served and sent.http is not None and sent.http.is_json


def _substance(sent: Exchange) -> tuple[bytes, bytes]:
    """What was asked and what came, without what differs from one request to the next."""
    return encode(_plain(sent.sent.message.params)), encode(_plain(sent.result))


def _plain(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if name != "_meta"}
