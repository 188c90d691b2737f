"""Which session an HTTP exchange belongs to, and what is spoken in it."""

from dataclasses import replace
from itertools import count
from typing import Final

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.http.framing import Head
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects import contextframe, gateway, rest
from mcp_proof_mocks.bounded import Bounded

MANY: Final = 10_000
"""Sessions that are remembered."""
SESSION_HEADER: Final = "mcp-session-id"
INITIALIZE: Final = b'"initialize"'
PATHS: Final = {
    rest.DISCOVER: Dialect.REST,
    rest.EXECUTE: Dialect.REST,
    contextframe.ENDPOINT: Dialect.CONTEXTFRAME,
    gateway.SERVERS: Dialect.GATEWAY,
}
"""What the path of a request tells of what is spoken."""


class Sessions:
    """The names of the sessions of one recording.

    Args:
        cassette: whose header says what is spoken, as soon as that shows.
        dialect: what is spoken, where the user says so.
    """

    def __init__(self, cassette: CassetteWriter, dialect: Dialect | None) -> None:
        self.connections = count(1)
        self.exchanges = count(1)
        self._cassette = cassette
        self._dialect = dialect
        self._numbers = count(1)
        self._by_id: Bounded[str, str] = Bounded(MANY)
        self._by_endpoint: Bounded[str, str] = Bounded(MANY)
        if dialect is not None:
            cassette.correct(replace(cassette.header, dialect=dialect))

    def of(self, head: Head, body: bytes, connection: str) -> str:
        """Return the session of a request.

        Args:
            head: the request's head.
            body: its body.
            connection: the name for what comes on this connection without a session.
        """
        dialect = self._dialect or self._told_by(head)
        if dialect not in (None, Dialect.MCP):
            return f"{dialect}-{connection.rpartition('-')[2]}"
        if session_id := head.field(SESSION_HEADER):
            if session_id not in self._by_id:
                self.opened(session_id, self._new())
            return self._by_id[session_id]
        if (session := self._by_endpoint.get(head.words[1])) is not None:
            return session
        listens = head.words[0] == "GET" and "text/event-stream" in head.field("accept")
        begins = INITIALIZE in body and not head.field("mcp-method")
        return self._new() if listens or begins else connection

    def opened(self, session_id: str, name: str) -> None:
        """Remember under which name a session is recorded."""
        self._by_id[session_id] = name

    def served(self, head: Head) -> None:
        """Take a request that was answered for one that says what is spoken."""
        if self._dialect is None and (dialect := self._told_by(head)) is not None:
            self._dialect = dialect
            over = "websocket" if dialect is Dialect.WEBSOCKET else self._cassette.header.transport
            self._cassette.correct(replace(self._cassette.header, dialect=dialect, transport=over))

    def posts_to(self, path: str, name: str) -> None:
        """Remember where the messages of a session of HTTP+SSE are sent."""
        self._by_endpoint[path] = name
        if self._cassette.header.transport != "http+sse":
            self._cassette.correct(replace(self._cassette.header, transport="http+sse"))

    def _new(self) -> str:
        return f"session-{next(self._numbers)}"

    @staticmethod
    def _told_by(head: Head) -> Dialect | None:
        path = head.words[1].partition("?")[0]
        dialect = next((each for end, each in PATHS.items() if path.endswith(end)), None)
        if head.field("upgrade").lower() == "websocket":
            dialect = Dialect.WEBSOCKET
        return dialect
