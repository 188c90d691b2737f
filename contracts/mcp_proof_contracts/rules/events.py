"""The stream of events about what is executed."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.event_stream import STREAM, STREAMING
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.openapi.described import operations
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.openapi.traffic import document
from mcp_proof_contracts.wire import as_object, quote

PAGE: Final = "events#the-stream"
PROBES: Final = ("events-stream",)
NONE: Final = "the server has no event stream at /mcp/stream"


def _served(read: Reading) -> Iterator[HttpExchange]:
    """The streams that were asked for, as far as the server has one: statuses of success."""
    for exchange in read.http("events-stream"):
        asked = exchange.method == "GET" and exchange.path.endswith(STREAM)
        if asked and exchange.status == HTTPStatus.OK:
            yield exchange


def _describes_stream(read: Reading) -> bool:
    described = operations(document(read))
    return any(o.method == "GET" and o.path.endswith(STREAM) for o in described)


@rule("events-stream-served", "MUST", PAGE, dialects=STREAMING, probes=PROBES, otherwise=NONE)
def stream_served(read: Reading) -> Observations:
    """`GET /mcp/stream` is answered with a stream of server-sent events.

    An `EventSource` gives up for good on any other content type. A server that answers otherwise
    than with 200 has no stream, which is no fault; nor has one whose document does not describe
    that path, or that has no document and answers with a page, as it may any path.
    """
    for exchange in _served(read):
        if exchange.is_stream:
            yield Kept(exchange.request)
        elif not _describes_stream(read) and (
            read.spoken is Dialect.OPENAPI_JSONRPC or exchange.content_type == "text/html"
        ):
            yield Untested(NONE)
        else:
            yield Finding(
                message="/mcp/stream is no stream of server-sent events",
                expected="Content-Type: text/event-stream",
                actual=f"Content-Type: {exchange.content_type or '(none)'}",
                events=exchange.evidence,
            )


@rule("events-not-cached", "SHOULD", PAGE, dialects=STREAMING, probes=PROBES, otherwise=NONE)
def not_cached(read: Reading) -> Observations:
    """The stream says `Cache-Control: no-cache`.

    Without it a cache on the way may keep the beginning, and give it to the next client as what
    happens now. `no-store` will do.
    """
    for exchange in _served(read):
        if not exchange.is_stream:
            continue
        said = str(exchange.headers.get("cache-control", "")).lower()
        if "no-cache" in said or "no-store" in said:
            yield Kept(exchange.request)
        else:
            yield Finding(
                message="the event stream may be cached",
                expected="Cache-Control: no-cache",
                actual=f"Cache-Control: {said or '(none)'}",
                events=exchange.evidence,
            )


@rule(
    "events-hold-json",
    "MUST",
    PAGE,
    dialects=STREAMING,
    probes=PROBES,
    otherwise="no event came on a stream",
)
def hold_json(read: Reading) -> Observations:
    """The data of every event is one JSON text.

    Clients parse it as it comes. Comments, by which a stream is kept open, are no events.
    """
    for exchange in _served(read):
        for said in exchange.answers if exchange.is_stream else ():
            if not said.message.fault:
                yield Kept(said.event)
            else:
                yield Finding(
                    message=f"the data of an event is no JSON: {said.message.fault}",
                    expected="one JSON text",
                    actual=said.message.excerpt,
                    events=(exchange.request, said.event),
                )


@rule(
    "events-executions-told",
    "implied",
    PAGE,
    dialects=STREAMING,
    probes=PROBES,
    otherwise="no tool was executed while a stream was open",
)
def executions_told(read: Reading) -> Observations:
    """Who listens hears of a tool that is executed, by its name, within a second.

    Looked at: one call of a tool that may be called, while a stream is open. An event that names
    the tool in its member `tool` will do, whatever else it holds.
    """
    for exchange in _served(read):
        calls = [
            call
            for call in read.stimuli("events-stream")
            if call.sent.message.method == "tools/call" and call.served
        ]
        if not exchange.is_stream or not calls:
            continue
        name = calls[0].sent.message.params.get("name")
        told = [s for s in exchange.answers if as_object(s.message.value).get("tool") == name]
        if told:
            yield Kept(told[0].event)
        elif not any(said.message.fault for said in exchange.answers):  # that it may have been
            yield Finding(
                message=f"the stream did not tell that {name} was executed",
                expected=f'an event with "tool": {quote(name)}',
                actual=f"{len(exchange.answers)} events, none of which names it",
                events=(*exchange.evidence, *calls[0].evidence),
            )
