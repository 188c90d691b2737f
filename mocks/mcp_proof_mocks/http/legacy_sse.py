"""The mock over HTTP+SSE (2024-11-05): an event stream to listen on, a path to POST to."""

import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_mocks.http.messages import (
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


class LegacySse:
    """Answers on each client's stream what the client POSTs; the stream is the session."""

    def __init__(self, server: MockServer) -> None:
        self._server = server
        self._channels: dict[str, SharedChannel] = {}
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
            self._take(request, responder, query)

    async def _listen(self, request: HttpRequest, responder: Responder) -> None:
        """Carry a conversation until the client goes away, when this is cancelled."""
        head = HttpResponse(status=200, headers=event_stream_headers(), stream=True)
        responder.respond(self._server.faults.responded(request, head))
        session = secrets.token_urlsafe(24)
        endpoint = f"{request.root}{POSTS}?{SESSION}={session}"
        responder.write(encode_event(ServerSentEvent(event="endpoint", data=endpoint)))
        channel = self._channels[session] = SharedChannel(self._server, self._writer(responder))
        try:
            await responder.ended()
        finally:
            del self._channels[session]
            await channel.close()

    def _writer(self, responder: Responder) -> Callable[[bytes], None]:
        def write(raw: bytes) -> None:
            event = encode_event(ServerSentEvent(data=raw.decode()))
            responder.write(self._server.faults.written(event))

        return write

    def _take(self, request: HttpRequest, responder: Responder, query: str) -> None:
        channel = self._channels.get(parse_qs(query).get(SESSION, [""])[0])
        if channel is not None:
            channel.take(request.body)
        status = 202 if channel is not None else 404
        responder.respond(self._server.faults.responded(request, HttpResponse(status=status)))
