"""The mock over HTTP+SSE (2024-11-05): an event stream to listen on, a path to POST to."""

import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.http.messages import (
    JSON,
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.shared_channel import SharedChannel

STREAM: Final = "/sse"
POSTS: Final = "/messages"
SESSION: Final = "sessionId"
TOO_EARLY: Final = '{"jsonrpc":"2.0","id":"too-early","method":"ping"}'
"""What a faulty server says before it has told where to answer."""


class LegacySse:
    """Answers on each client's stream what the client POSTs; the stream is the session."""

    def __init__(self, server: MockServer) -> None:
        self._server = server
        self._channels: dict[str, SharedChannel] = {}
        self._listeners: set[Responder] = set()
        self.paths = frozenset({STREAM, POSTS} if server.stateful_revisions else ())
        """Where it is served: nowhere without a revision that had it."""

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one HTTP request to one of the paths."""
        path, _, query = request.path.partition("?")
        allowed = "GET" if path == STREAM else "POST"
        if request.method != allowed:
            refusal = HttpResponse(status=405, headers={"Allow": allowed})
            responder.respond(self._server.faults.responded(request, refusal))
        elif path == STREAM:
            await self._listen(request, responder)
        else:
            await self._take(request, responder, query)

    async def _listen(self, request: HttpRequest, responder: Responder) -> None:
        """Carry a conversation until the client goes away, when this is cancelled."""
        head = HttpResponse(status=200, headers=event_stream_headers(), stream=True)
        responder.respond(self._server.faults.responded(request, head))
        session = secrets.token_urlsafe(24)
        endpoint = f"{request.root}{POSTS}"
        if not self._channels or self._server.keeps("sse-endpoint-uri-usable"):
            endpoint = f"{endpoint}?{SESSION}={session}"
        if not self._server.keeps("sse-endpoint-event-first"):
            responder.write(encode_event(ServerSentEvent(data=TOO_EARLY)))
        responder.write(encode_event(ServerSentEvent(event="endpoint", data=endpoint)))
        self._listeners.add(responder)
        channel = self._channels[session] = SharedChannel(self._server, self._writer(responder))
        try:
            await responder.ended()
        finally:
            del self._channels[session]
            self._listeners.discard(responder)
            await channel.close()

    def _writer(self, responder: Responder) -> Callable[[bytes], None]:
        keeps = self._server.keeps
        name = "message" if keeps("sse-messages-as-message-events") else "rpc"

        def write(raw: bytes) -> None:
            event = encode_event(ServerSentEvent(event=name, data=raw.decode()))
            event = self._server.faults.written(event)
            # A server with the fault knows its clients apart by their numbers alone.
            common = isinstance(parse(raw).id, str) and not keeps("sse-multiple-clients-isolated")
            for listener in self._listeners if common else [responder]:
                listener.write(event)

        return write

    async def _take(self, request: HttpRequest, responder: Responder, query: str) -> None:
        channel = self._channels.get(parse_qs(query).get(SESSION, [""])[0])
        response = HttpResponse(status=202 if channel is not None else 404)
        if channel is not None and self._server.keeps("sse-responses-on-stream"):
            channel.take(request.body)
        elif channel is not None and (said := await channel.reply(request.body)):
            response = HttpResponse(status=200, headers=JSON, body=encode(said[0]))
        responder.respond(self._server.faults.responded(request, response))
