"""Streamable HTTP: streams that end before the answer, and what stands between their events."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.judge.as_stream import calls_answered, one_event
from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.scenarios.streamable_http import FIRST, LAST, say_hello
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.http.messages import (
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)
from mcp_proof_mocks.http.protocol import Application

STATELESS: Final = Revision.R2026_07_28
PAUSED: Final[JsonObject] = {
    "name": "paused",
    "description": "Ends the stream of its answer early.",
    "inputSchema": {"type": "object"},
    "steps": [{"disconnect": {"retry_ms": 300}}, {"delay": 20}],
    "answer": {"text": "Welcome back."},
}
TOLD: Final[JsonObject] = {
    "name": "told",
    "description": "Says something before it answers.",
    "inputSchema": {"type": "object"},
    "steps": [{"log": {"level": "info", "data": "still at it"}}, {"delay": 20}],
    "answer": {"text": "Done."},
}


@scenario(
    "http-stream-closed",
    "http-client-reconnects-after-close",
    "http-client-respects-retry",
    "http-client-last-event-id",
    since=LAST,
    until=LAST,
    transports=("http",),
)
def stream_closed(stage: Stage) -> None:
    """The stream of a call is closed before the answer, to be resumed after 300 ms."""
    stage.tools(PAUSED)
    stage.wish("call", tool="paused", arguments={})


@scenario(
    "http-listening-closed",
    "http-client-respects-retry",
    "http-client-last-event-id",
    since=LAST,
    until=LAST,
    transports=("http",),
)
def listening_closed(stage: Stage) -> None:
    """The stream that a client listens on is closed at once, to be resumed after 150 ms."""

    async def closed(request: HttpRequest, responder: Responder, application: Application) -> None:
        if request.method == "GET" and "last-event-id" not in request.headers:
            head = HttpResponse(status=200, headers=event_stream_headers(), stream=True)
            responder.respond(head)
            responder.write(encode_event(ServerSentEvent(id="listening-1", retry=150)))
            responder.end()
        else:
            await application(request, responder)

    stage.tools(ECHO)
    stage.intercept(closed)
    stage.wish("wait", seconds=0.3)
    say_hello(stage)


@scenario(
    "http-stream-broken",
    "http-client-last-event-id",
    since=FIRST,
    until=LAST,
    transports=("http",),
)
def stream_broken(stage: Stage) -> None:
    """The connection breaks after the first event of a call's stream."""

    async def broken(request: HttpRequest, responder: Responder, application: Application) -> None:
        is_call = request.method == "POST" and parse(request.body).method == "tools/call"
        await application(request, Breaking(responder) if is_call else responder)

    stage.tools(TOLD)
    stage.intercept(broken)
    stage.wish("call", tool="told", arguments={})


@scenario(
    "http-stream-lost",
    "h26-client-reissues-new-id",
    since=STATELESS,
    transports=("http",),
)
def stream_lost(stage: Stage) -> None:
    """The stream of the first call breaks, and its answer is lost; the user asks for it again."""
    stage.tools(ECHO)
    calls_answered(stage, lambda _: [], breaks=True)
    for _ in range(2):  # some clients wait until they have no patience left
        stage.wish("call", tool="echo", arguments={"message": "hello"}, timeout=1)


@scenario(
    "http-comments",
    "h26-client-ignores-sse-comments",
    since=STATELESS,
    transports=("http",),
)
def comments(stage: Stage) -> None:
    """The same call is answered by an event stream without comments, and by one with some."""
    stage.tools(ECHO)
    calls_answered(stage, one_event, _with_comments)
    say_hello(stage, 2)


class Breaking:
    """Cuts the connection after the first event; the mock speaks on, and keeps what it says."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._broken = False

    def respond(self, response: HttpResponse) -> None:
        """Send the head."""
        self._responder.respond(response)

    def write(self, data: bytes) -> None:
        """Send the first event."""
        if not self._broken:
            self._broken = True
            self._responder.write(data)
            self._responder.abort()

    def end(self) -> None:
        """End what is not broken."""
        if not self._broken:
            self._responder.end()

    def abort(self) -> None:
        """Cut the connection."""
        self._responder.abort()

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        await self._responder.ended()


def _with_comments(text: str) -> Sequence[bytes]:
    return [b":\r\n", b": keep-alive\n\n", *one_event(text)]
