"""The tool calls that a client made, in the order in which they came, on whatever server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event, Transcript
from mcp_proof_contracts.wire import as_list, as_object, encode

Outcome: TypeAlias = Literal["result", "failed", "error", "status", "none"]
"""A result; one that says of itself that it failed; a JSON-RPC error; an HTTP status that refuses
it; nothing."""

BESIDE: Final = "/"
"""What ends the name of a server beside the main one, where a session begins with it."""
NOW_AND_THEN: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""The statuses of failures that may be over at the next try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a tool, as it came."""

    tool: str
    arguments: JsonObject
    params: JsonObject
    """All that came with it: the params of JSON-RPC, or the body of REST."""
    event: Event
    headers: JsonObject
    outcome: Outcome
    code: int | None
    """The error's code, or the HTTP status."""
    value: Json
    """What was answered."""
    ended: float | None
    """When the first of the answer went out, or the exchange ended without one."""
    left: Event | None
    """The end of an exchange that the client closed before it was answered."""
    evidence: tuple[Event, ...] = field(repr=False)

    @property
    def server(self) -> str:
        """The server's name; "" is the main one."""
        return server_of(self.event)

    @property
    def began(self) -> float:
        """When it came."""
        return self.event.at

    @property
    def key(self) -> tuple[str, bytes]:
        """What is called with what: the same for a second try, whichever server gets it."""
        return self.tool, encode(self.arguments)

    @property
    def well(self) -> bool:
        """Whether it was answered with a result that is one."""
        return self.outcome == "result"

    @property
    def transient(self) -> bool:
        """Whether it came to nothing for a reason that may be gone at the next try."""
        if self.outcome == "status":
            return self.code in NOW_AND_THEN
        return self.outcome == "none" or (self.outcome == "error" and self.code == INTERNAL_ERROR)

    @property
    def shown(self) -> str:
        """What became of it, in words."""
        what = {
            "result": "a result",
            "failed": "a result that says that it failed",
            "error": f"error {self.code}",
            "status": f"HTTP {self.code}",
            "none": "no answer",
        }
        return what[self.outcome]


def server_of(event: Event) -> str:
    """Return the name of the server that an event belongs to; "" is the main one."""
    names = event.session.split(BESIDE)[:-1]
    return next((name for name in names if name not in _DIALECTS), "")


def calls(read: Reading) -> list[Call]:
    """Return the calls of a client, in the order in which they came."""
    return read.derived(_calls)


def tries(read: Reading) -> dict[tuple[str, bytes], list[Call]]:
    """Return the calls by what was called with what, so that repetitions stand together."""
    found: dict[tuple[str, bytes], list[Call]] = {}
    for call in calls(read):
        found.setdefault(call.key, []).append(call)
    return found


def by_server(made: list[Call]) -> Mapping[str, list[Call]]:
    """Return calls by the server that got them."""
    found: dict[str, list[Call]] = {}
    for call in made:
        found.setdefault(call.server, []).append(call)
    return found


_DIALECTS: Final = frozenset(Dialect)


def _calls(read: Reading) -> list[Call]:
    found = [call for reading in served(read) for call in _in(reading)]
    return sorted(found, key=lambda call: call.event.seq)


def served(read: Reading) -> Iterator[Reading]:
    """Yield what was said as the servers had it: one reading for each dialect that was spoken."""
    yield read.counterpart
    events = read.transcript.events
    for dialect in Dialect:
        if dialect == read.spoken or dialect is Dialect.MCP:
            continue
        if any(event.session.startswith(f"{dialect}{BESIDE}") for event in events):
            header = replace(read.counterpart.transcript.header, dialect=dialect)
            yield Reading(Transcript(header, events), dialect)


def _in(reading: Reading) -> Iterator[Call]:
    if reading.spoken is Dialect.REST:
        for http in reading.http():
            if http.path.endswith(EXECUTE):
                yield from _executed(http)
        return
    for exchange in reading.exchanges("tools/call"):
        yield _called(exchange)


def _called(exchange: Exchange) -> Call:
    message = exchange.sent.message
    outcome, code = _outcome(exchange)
    http = exchange.http
    return Call(
        tool=str(message.params.get("name")),
        arguments=as_object(message.params.get("arguments")),
        params=message.params,
        event=exchange.sent.event,
        headers=http.request_headers if http is not None else {},
        outcome=outcome,
        code=code,
        value=exchange.result,
        ended=_ended(exchange),
        left=_left(http),
        evidence=exchange.evidence,
    )


def _outcome(exchange: Exchange) -> tuple[Outcome, int | None]:
    if exchange.served:
        failed = exchange.result.get("isError") is True
        return ("failed" if failed else "result"), None
    if exchange.answered_by_error:
        return "error", exchange.error_code
    if exchange.is_http_error:
        return "status", exchange.status
    return "none", None


def _ended(exchange: Exchange) -> float | None:
    if exchange.reply is not None:
        return exchange.reply.event.at
    http = exchange.http
    return None if http is None else _over(http)


def _over(http: HttpExchange) -> float | None:
    told = http.response or http.end
    return told.at if told is not None else None


def _left(http: HttpExchange | None) -> Event | None:
    end = http.end if http is not None else None
    return end if end is not None and end.data.get("how") == "closed" else None


def _executed(http: HttpExchange) -> Iterator[Call]:
    """Yield the calls of one request of REST, which may hold several."""
    body, answer = as_object(http.request_json), as_object(http.response_json)
    event = http.sent.sent.event if http.sent is not None else http.request
    outcome: Outcome = "none" if http.status is None else "status"
    if answer.get("successful") is True:
        outcome = "result"
    elif answer.get("successful") is False:
        outcome = "failed"
    for item in map(as_object, as_list(body.get("tools"))):
        yield Call(
            tool=str(item.get("tool_slug")),
            arguments=as_object(item.get("arguments")),
            params=body,
            event=event,
            headers=http.request_headers,
            outcome=outcome,
            code=http.status,
            value=answer,
            ended=_over(http),
            left=_left(http),
            evidence=http.evidence,
        )
