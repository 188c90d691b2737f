"""`GET /mcp/stream`: server-sent events about the tools that a mock executes."""

from dataclasses import dataclass
from http import HTTPStatus

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.http.messages import (
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)
from mcp_proof_mocks.server import MockServer


@dataclass(eq=False)
class _Follower:
    """One client that listens."""

    server: MockServer
    responder: Responder

    def hear(self, event: JsonObject) -> None:
        """Write an event."""
        if not self.server.keeps("events-hold-json"):
            self._write(f"executed {event.get('tool')}")
        elif self.server.keeps("events-executions-told"):
            self._write(encode(event).decode())

    def end(self) -> None:
        """End the stream, for the server stops."""
        self.responder.end()

    def _write(self, data: str) -> None:
        write_event(self.server, self.responder, ServerSentEvent(data=data))


def write_event(server: MockServer, responder: Responder, event: ServerSentEvent) -> None:
    """Write an event, after the faults had their say."""
    responder.write(server.faults.written(encode_event(event)))


async def follow(server: MockServer, request: HttpRequest, responder: Responder) -> None:
    """Answer a GET of the stream: it lasts until the client goes away, or the server stops."""
    if not server.keeps("events-stream-served"):
        headers = {"Content-Type": "application/json"}
        broken = HttpResponse(status=HTTPStatus.OK, headers=headers, body=b"[]")
        responder.respond(server.faults.responded(request, broken))
        return
    headers = event_stream_headers({"X-Accel-Buffering": "no"})
    if not server.keeps("events-not-cached"):
        headers["Cache-Control"] = "max-age=60"
    head = HttpResponse(status=HTTPStatus.OK, headers=headers, stream=True)
    responder.respond(server.faults.responded(request, head))
    follower = _Follower(server, responder)
    server.executions.listeners.add(follower)
    try:
        await responder.ended()
    finally:
        server.executions.listeners.discard(follower)
