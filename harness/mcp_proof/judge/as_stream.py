"""The answer to a request as an event stream, written as a scenario wants it."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TypeAlias

from mcp_proof.judge.stage import Stage
from mcp_proof.judge.staged_endpoint import Before
from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.http.messages import (
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)
from mcp_proof_mocks.http.protocol import Application

Pieces: TypeAlias = Callable[[str], Sequence[bytes]]
"""Makes what is written on the stream of the text of a message."""


def one_event(text: str) -> Sequence[bytes]:
    """Write a message as one event, as everybody does."""
    return [encode_event(ServerSentEvent(data=text))]


class AsStream:
    """Takes the answer to a POST, and gives it as a stream; or breaks that off before its end."""

    def __init__(self, responder: Responder, pieces: Pieces, *, breaks: bool = False) -> None:
        self._responder = responder
        self._pieces = pieces
        self._breaks = breaks

    def respond(self, response: HttpResponse) -> None:
        """Send the head of a stream and what is on it, in place of a body of JSON."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status != HTTPStatus.OK or media_type(headers) != "application/json":
            self._responder.respond(response)
            return
        kept = {name: v for name, v in response.headers.items() if name.lower() != "content-type"}
        head = HttpResponse(status=200, headers=event_stream_headers(kept), stream=True)
        self._responder.respond(head)
        for piece in self._pieces(response.body.decode()):
            self._responder.write(piece)
        if self._breaks:
            self._responder.abort()
        else:
            self._responder.end()

    def write(self, data: bytes) -> None:
        """Send an event of a stream that the mock has begun itself."""
        self._responder.write(data)

    def end(self) -> None:
        """End such a stream."""
        self._responder.end()

    def abort(self) -> None:
        """Cut the connection."""
        self._responder.abort()

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        await self._responder.ended()


def calls_answered(stage: Stage, *ways: Pieces | None, breaks: bool = False) -> None:
    """Have the first calls of tools answered in these ways, one each; `None` is JSON."""
    stage.intercept(_in_turn(list(ways), breaks=breaks))


def _in_turn(ways: "list[Pieces | None]", *, breaks: bool) -> Before:
    async def before(request: HttpRequest, responder: Responder, application: Application) -> None:
        is_call = request.method == "POST" and parse(request.body).method == "tools/call"
        way = ways.pop(0) if is_call and ways else None
        answer = AsStream(responder, way, breaks=breaks) if way is not None else responder
        await application(request, answer)

    return before
