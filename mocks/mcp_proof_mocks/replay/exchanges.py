"""A cassette at the level of HTTP: what was responded to a request is responded again."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Literal

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Kind, as_object, encode, parse
from mcp_proof_mocks.dialects.routes import JsonRoutes
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.replay.http_index import HIDDEN_QUERY, exchange_key
from mcp_proof_mocks.replay.lines import Row
from mcp_proof_mocks.replay.playback import Playback
from mcp_proof_mocks.replay.spliced import with_id
from mcp_proof_mocks.replay.tape import OutOfOrderError
from mcp_proof_mocks.server import MockServer

OF_THE_CONNECTION: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "keep-alive",
        "server",
        "set-cookie",
        "transfer-encoding",
    }
)
"""Headers that belong to the connection of then, or hold what was hidden."""
STREAM: Final = "text/event-stream"


class PlayedExchanges(JsonRoutes):
    """Answers the HTTP requests of any dialect from a cassette."""

    path = ""
    scheme: Literal["http", "ws"] = "http"

    def __init__(self, server: MockServer, access: Access, playback: Playback) -> None:
        super().__init__(server, access)
        self._playback = playback

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        path, query, _ = request.path.partition("?")
        paths = [request.path, path + HIDDEN_QUERY] if query else [path]
        keys = [exchange_key(request.method, each, request.body) for each in paths]
        try:
            number = self._playback.find(keys)
        except OutOfOrderError as error:
            self._miss(request, responder, self._next(error.expected))
            return
        if number is None:
            text = f"the cassette has no response to {request.method} {path} with this body"
            self._miss(request, responder, text)
            return
        await self._told(request, responder, number)

    async def _told(self, request: HttpRequest, responder: Responder, number: int) -> None:
        cassette = self._playback.cassette
        head = cassette.row(cassette.index.told[number])
        before = cassette.at(cassette.index.asked[number])
        await self._playback.pace.wait(before, head["at"])
        data = as_object(head.get("data"))
        headers = {
            name.title(): str(value)
            for name, value in as_object(data.get("headers")).items()
            if name not in OF_THE_CONNECTION
        }
        status = data.get("status")
        status = status if isinstance(status, int) else HTTPStatus.OK
        rows = [cassette.row(place) for place in cassette.index.between.get(number, ())]
        if STREAM in headers.get("Content-Type", ""):
            responder.respond(HttpResponse(status=status, headers=headers, stream=True))
            await self._stream(responder, rows, head["at"])
            return
        body = b"".join(_bodies(rows))
        message = parse(request.body) if request.body else None
        if message is not None and message.kind is Kind.REQUEST and message.id is not None:
            body = with_id(body, message.id)
        responder.respond(HttpResponse(status=status, headers=headers, body=body))

    async def _stream(self, responder: Responder, rows: list[Row], before: float) -> None:
        """Write the events; a stream that its client has left stays open for this one."""
        event = ServerSentEvent()
        for row in rows:
            await self._playback.pace.wait(before, row["at"])
            before = row["at"]
            match row["kind"]:
                case "sse":
                    event = _event(as_object(row.get("data")))
                    if not event.has_data:
                        responder.write(encode_event(event))
                case "message":
                    text = row.get("raw")
                    told = replace(event, data=text if isinstance(text, str) else "")
                    responder.write(encode_event(told))
                case "end" if row["sender"] == "server":
                    responder.end()
                    return
                case _:
                    pass
        await responder.ended()

    def _next(self, expected: int | None) -> str:
        if expected is None:
            return "out of order: the cassette has come to its end"
        cassette = self._playback.cassette
        data = as_object(cassette.row(cassette.index.asked[expected]).get("data"))
        what = f"{data.get('method')} {data.get('path')}"
        return f"out of order: expected next is request {expected + 1}, {what}"

    def _miss(self, request: HttpRequest, responder: Responder, text: str) -> None:
        """Say that nothing was recorded, as the dialect says that something went wrong."""
        self.server.unexpected(text)
        message = parse(request.body) if request.body else None
        status, value = HTTPStatus.NOT_FOUND, _error(text)
        if message is not None and message.members.get("jsonrpc") == "2.0":
            error: JsonObject = {"code": INTERNAL_ERROR, "message": text}
            status, value = HTTPStatus.OK, {"jsonrpc": "2.0", "id": message.id, "error": error}
        responder.respond(HttpResponse(status=status, headers=JSON, body=encode(value)))


def _error(text: str) -> JsonObject:
    return {"error": text}


def _bodies(rows: list[Row]) -> Iterator[bytes]:
    for row in rows:
        raw: Json = row.get("raw")
        if row["kind"] == "message" and isinstance(raw, str):
            yield raw.encode()
        elif row["kind"] == "body":
            yield str(as_object(row.get("data")).get("text", "")).encode()


def _event(data: JsonObject) -> ServerSentEvent:
    name, given, retry = data.get("event"), data.get("id"), data.get("retry")
    return ServerSentEvent(
        event=name if isinstance(name, str) else "message",
        id=given if isinstance(given, str) else None,
        retry=retry if isinstance(retry, int) else None,
        has_data=data.get("has_data") is True,
    )
