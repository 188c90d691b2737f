"""Basic, Responses; Transports, encoding: what a tool that echoes shows of both."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import orjson

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.jsonrpc import asked
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_object

NO_ECHO: Final = (
    "the peer was asked nothing whose answer shows what it made of it; a server shows it by a "
    "read-only tool with one string argument, which it echoes"
)


@rule(
    "jsonrpc-response-matches-request",
    "MUST",
    "basic#responses",
    side="both",
    client_until=LATEST_STATEFUL,
    probes=("echo",),
    otherwise=NO_ECHO,
)
def response_matches_request(read: Reading) -> Observations:
    """Concurrent requests get their own results, not each other's.

    A mix-up hands one user's data to another. Looked at: calls that are under way together, each
    with another argument, to a tool that was seen to echo its argument. Of a client, requests of
    different kinds that are under way together, whose results are known by their members.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.own_results(read)
        return
    exchanges = list(read.stimuli("echo", "concurrent"))
    for exchange in exchanges:
        result, own = _result(exchange), argument(exchange)
        if result is None:
            continue
        foreign = [argument(other) for other in exchanges if other is not exchange]
        mixed = [text for text in foreign if echoes(result, text)]
        if echoes(result, own):
            yield Kept(exchange.sent.event)
        elif mixed:
            yield Finding(
                message="a call was answered with the result of another one",
                expected=f"a result that echoes {own!r}",
                actual=f"a result that echoes {mixed[0]!r}",
                events=exchange.evidence,
            )


@rule(
    "jsonrpc-unicode-roundtrip",
    "implied",
    "transports",
    since=Revision.R2025_03_26,
    side="both",
    probes=("echo",),
    otherwise=NO_ECHO,
)
def unicode_roundtrip(read: Reading) -> Observations:
    """Characters beyond ASCII come back as they went, raw or escaped on the wire.

    Messages are UTF-8; a peer that decodes them otherwise, or cuts lines at U+2028, damages what
    people write. Looked at: an argument with accents, a combining character, ideographs, an emoji
    and a line separator, to a tool that was seen to echo plain text in the same way. Of a client,
    ids and cursors beyond ASCII that it has to give back.
    """
    if read.peer is Sender.CLIENT:
        yield from asked.characters_returned(read)
        return
    for exchange in read.stimuli("echo"):
        result = _result(exchange)
        if exchange.case not in ("unicode", "escaped"):
            continue
        if result is not None and echoes(result, argument(exchange)):
            yield Kept(exchange.sent.event)
        elif result is not None or exchange.silence is not None:
            yield Finding.about(
                exchange,
                message=f"characters beyond ASCII came back changed ({exchange.case} on the wire)",
                expected=f"a result that echoes {argument(exchange)!r}",
            )


def argument(exchange: Exchange) -> str:
    """Return the argument that a call of the echo probe was made with."""
    arguments = as_object(exchange.sent.message.params.get("arguments"))
    return str(next(iter(arguments.values()), ""))


def echoes(result: JsonObject, text: str) -> bool:
    """Whether a tool's result holds `text`, in a string or in JSON that a string holds."""
    return result.get("isError") is not True and any(
        text in found
        for member in ("content", "structuredContent")
        for found in _texts(result.get(member))
    )


def _texts(value: Json, *, nested: bool = False) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if not nested and value.lstrip()[:1] in ("{", "["):
            try:
                yield from _texts(orjson.loads(value), nested=True)
            except orjson.JSONDecodeError:
                return  # it only looked like JSON
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member, nested=nested)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item, nested=nested)


def _result(exchange: Exchange) -> JsonObject | None:
    return exchange.result if exchange.served else None
