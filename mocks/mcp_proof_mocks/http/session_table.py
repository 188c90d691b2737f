"""The open sessions of one server, and how a request finds its own."""

import itertools
import secrets
from collections import OrderedDict, deque
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.revision import Revision, published
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.http.session import HttpSession
from mcp_proof_mocks.server import MockServer

MAX_SESSIONS: Final = 10_000


class SessionTable:
    """The sessions by id. One too many ends the session that was silent for longest."""

    def __init__(self, server: MockServer, most: int = MAX_SESSIONS) -> None:
        self._server = server
        self._most = most
        self._sessions: OrderedDict[str, HttpSession] = OrderedDict()
        """The one used last is the last."""
        self._ended: deque[str] = deque(maxlen=most)
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._sessions)

    def all(self) -> list[HttpSession]:
        """Return the open sessions."""
        return list(self._sessions.values())

    def new(self) -> HttpSession:
        """Return a session with an id of its own, which is not open yet."""
        return HttpSession(self._new_id(), Conversation(self._server))

    def open(self, session: HttpSession) -> None:
        """Take in a session."""
        while len(self._sessions) >= self._most:
            _, oldest = self._sessions.popitem(last=False)
            oldest.close()
        self._sessions[session.id] = session

    def end(self, session: HttpSession) -> None:
        """Forget a session."""
        self._sessions.pop(session.id, None)
        self._ended.append(session.id)
        session.close()

    def get(self, session_id: str) -> HttpSession | None:
        """Return the open session with this id, which is the one used last from now on."""
        session = self._sessions.get(session_id)
        if session is not None:
            self._sessions.move_to_end(session_id)
        return session

    def find(self, request: HttpRequest) -> HttpSession | int:
        """Return the session that a request belongs to, or the status that refuses it."""
        if not self._server.contract.http.sessions:
            session = HttpSession("", Conversation(self._server))
            version = request.headers.get("mcp-protocol-version", Revision.R2025_03_26)
            session.conversation.session.revision = published(version)
            return session
        session_id = request.headers.get("mcp-session-id")
        if session_id is None:
            keeps_status = self._server.keeps("session-id-missing-400")
            return HTTPStatus.BAD_REQUEST if keeps_status else HTTPStatus.NOT_FOUND
        if (known := self.get(session_id)) is not None:
            return known
        if self._server.keeps("session-id-unknown-refused") or session_id in self._ended:
            return HTTPStatus.NOT_FOUND
        return HttpSession(session_id, Conversation(self._server))

    def _new_id(self) -> str:
        if not self._server.keeps("session-id-unpredictable"):
            return f"session-of-the-mock-{next(self._numbers)}"
        separator = "" if self._server.keeps("session-id-visible-ascii") else " "
        return f"mock{separator}{secrets.token_urlsafe(24)}"
