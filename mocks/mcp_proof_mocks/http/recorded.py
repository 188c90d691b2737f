"""HTTP exchanges on their way into the journal."""

import re
import time
from itertools import count
from typing import Final

from mcp_proof_contracts.transcript import DOCUMENTS, Sender
from mcp_proof_mocks.bounded import Bounded
from mcp_proof_mocks.http.legacy_sse import POSTS, SESSION, STREAM
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.journal.rows import end_row, piece_row, request_row, response_row

HEAD: Final = 200
"""About how many bytes the head of a response has."""
MANY: Final = 10_000
"""Sessions whose names are remembered."""
SESSION_HEADER: Final = "Mcp-Session-Id"
WELL_KNOWN: Final = "/.well-known/"
INITIALIZE: Final = b'"initialize"'
ENDPOINT: Final = re.compile(rb"^event: endpoint\ndata: .*\?" + SESSION.encode() + rb"=([^\s&]+)")
"""The first event of a stream of HTTP+SSE, which says how its session is called."""
NO_SESSION: Final = "http"
NO_METHOD: Final = "http"
"""Names the channel of a request that could not be read."""


class RecordedExchange:
    """Takes the response to one request, records it and passes it on."""

    __slots__ = ("_channel", "_open", "_recorder", "_responder", "_session", "begun")

    def __init__(
        self, recorder: "Recorder", responder: Responder, session: str, channel: str
    ) -> None:
        self.begun = False
        """Whether there is a response already."""
        self._open = True
        self._recorder = recorder
        self._responder = responder
        self._session = session
        self._channel = channel

    def respond(self, response: HttpResponse) -> None:
        """Send the head, and the whole body unless a stream follows."""
        self.begun, self._open = True, response.stream
        row = response_row(time.monotonic(), self._session, self._channel, response)
        self._recorder.record(row, HEAD + len(response.body))
        if SESSION_HEADER in response.headers:
            self._recorder.opened(response.headers[SESSION_HEADER], self._session)
        self._responder.respond(response)

    def write(self, data: bytes) -> None:
        """Send one event of a stream."""
        if (endpoint := ENDPOINT.match(data)) is not None:
            self._recorder.opened(endpoint[1].decode(), self._session)
        row = piece_row(time.monotonic(), self._session, self._channel, data)
        self._recorder.record(row, len(data))
        self._responder.write(data)

    def end(self) -> None:
        """End a stream."""
        self._end("complete", Sender.SERVER)
        self._responder.end()

    def abort(self) -> None:
        """Cut the connection."""
        self._end("broken", Sender.SERVER)
        self._responder.abort()

    def left(self) -> None:
        """Note that the client has gone before the end."""
        self._end("closed", Sender.CLIENT)

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        await self._responder.ended()

    def _end(self, how: str, sender: Sender) -> None:
        if self._open:
            self._open = False
            row = end_row(time.monotonic(), self._session, self._channel, how, sender)
            self._recorder.record(row, 0)


class Recorder:
    """Names the exchanges of one endpoint, and the sessions they belong to."""

    def __init__(self, journal: Journal) -> None:
        self.record = journal.record
        self._numbers = journal.numbers
        self._session_numbers = count(1)
        self._sessions: Bounded[str, str] = Bounded(MANY)

    def exchange(
        self,
        request: HttpRequest,
        responder: Responder,
        kind: type[RecordedExchange] = RecordedExchange,
        *,
        document: bool = False,
    ) -> RecordedExchange:
        """Record a request; return the responder that records the response to it.

        A `document` is no request to the endpoint: its channel is named so that rules about the
        endpoint do not see it.
        """
        session_id = request.headers.get("mcp-session-id") or _posted_to(request)
        if session_id is not None:
            session = self._sessions.get(session_id, NO_SESSION)
        elif _begins(request):
            session = f"session-{next(self._session_numbers)}"
        else:
            session = NO_SESSION
        beginning = f"{request.method.lower() or NO_METHOD}-"
        if document or request.path.startswith(WELL_KNOWN):
            beginning, session = DOCUMENTS, NO_SESSION
        channel = f"{beginning}{next(self._numbers)}"
        self.record(request_row(time.monotonic(), session, channel, request), request.size)
        return kind(self, responder, session, channel)

    def opened(self, session_id: str, name: str) -> None:
        """Remember under which name a new session is recorded."""
        self._sessions[session_id] = name


def _posted_to(request: HttpRequest) -> str | None:
    """Return the session that a POST of HTTP+SSE names; `None` for all else."""
    path, _, query = request.path.partition(f"?{SESSION}=")
    return query.partition("&")[0] if path == POSTS and query else None


def _begins(request: HttpRequest) -> bool:
    """Whether a request begins a session: by the handshake, or with HTTP+SSE by its stream."""
    if request.path == STREAM:
        return request.method == "GET"
    handshake = "mcp-method" not in request.headers and INITIALIZE in request.body
    return handshake and request.method != ""
