"""MCP over Streamable HTTP, both eras on one path; HTTP+SSE beside it."""

import asyncio
import hashlib
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Final, Literal

from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.revision import Era, published
from mcp_proof_contracts.wire import Kind, Message, as_object, parse
from mcp_proof_mocks.bounded import Bounded
from mcp_proof_mocks.conversation import Conversation, Reply
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.answer import Answer
from mcp_proof_mocks.http.header_check import HeaderCheck
from mcp_proof_mocks.http.legacy_sse import LegacySse
from mcp_proof_mocks.http.messages import (
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)
from mcp_proof_mocks.http.session import HttpSession
from mcp_proof_mocks.http.session_table import SessionTable
from mcp_proof_mocks.internal_error import answered
from mcp_proof_mocks.server import MockServer

PATH: Final = "/mcp"
CREDENTIALS: Final = ("authorization", "x-api-key")
"""The headers that say who asks."""
MANY_CALLERS: Final = 10_000
SLOW: Final = 0.05
"""Seconds for which a server that takes one request at a time is busy with each."""
CONTROL: Final = ("ping", "server/discover")
"""What such a server takes one of at a time."""


class McpRoutes:
    """Answers the requests that may pass."""

    path = PATH
    scheme: Literal["http", "ws"] = "http"

    def __init__(self, server: MockServer, access: Access) -> None:
        self.server = server
        self._access = access
        self._legacy_sse = LegacySse(server)
        self.sessions = SessionTable(server)
        self._header_check = HeaderCheck(server)
        self._stateless = Conversation(server)
        self._stateless_by_principal: Bounded[str, Conversation] = Bounded(MANY_CALLERS)
        self._busy = False

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        path = PATH if request.path == PATH else request.path.partition("?")[0]
        if (status := request.refusal or self._refusal(request, path)) is not None:
            self._status_only(request, responder, status)
        elif path != PATH:
            await self._legacy_sse(request, responder)
        elif request.method == "POST" and self.server.keeps("http-multiple-streams"):
            await self._answer(request, responder)
        elif request.method == "POST":
            await self._answer_alone(request, responder)
        elif request.method == "GET":
            await self._get(request, responder)
        else:
            self._delete(request, responder)

    # Checks before anything is read

    def _refusal(self, request: HttpRequest, path: str) -> int | None:
        if path != PATH and path not in self._legacy_sse.paths:
            return HTTPStatus.NOT_FOUND
        if (status := self._access.refusal(request)) is not None:
            return status
        if path != PATH or request.method == "POST":
            return None
        if self.server.stateful_revisions and request.method in ("GET", "DELETE"):
            return None
        keeps_status = self.server.keeps("h26-get-delete-405")
        return HTTPStatus.METHOD_NOT_ALLOWED if keeps_status else HTTPStatus.NOT_FOUND

    # POST

    async def _answer_alone(self, request: HttpRequest, responder: Responder) -> None:
        if parse(request.body).method not in CONTROL:
            await self._answer(request, responder)
            return
        if self._busy:
            self._status_only(request, responder, HTTPStatus.CONFLICT)
            return
        self._busy = True
        try:
            await asyncio.sleep(SLOW)
            await self._answer(request, responder)
        finally:
            self._busy = False  # also when the client has left meanwhile

    def _answer(self, request: HttpRequest, responder: Responder) -> Awaitable[None]:
        message = parse(request.body)
        if self._is_stateless(request, message):
            return self._post_stateless(request, responder, message)
        if message.method == "initialize" and message.kind is Kind.REQUEST:
            return self._initialize(request, responder, message)
        return self._post_stateful(request, responder, message)

    def _is_stateless(self, request: HttpRequest, message: Message) -> bool:
        if not self.server.stateful_revisions:
            return True
        if not self.server.stateless_revisions:
            return False
        if message.method != "initialize":
            if "mcp-method" in request.headers:
                return True
            revision = published(request.headers.get("mcp-protocol-version"))
            if revision is not None and revision.era is Era.STATELESS:
                return True
        return META_VERSION in as_object(message.params.get("_meta"))

    async def _post_stateless(
        self, request: HttpRequest, responder: Responder, message: Message
    ) -> None:
        if message.kind is Kind.NOTIFICATION and not message.fault:
            self._status_only(request, responder, HTTPStatus.ACCEPTED)
            return
        request.outlives_client = not self.server.keeps("h26-disconnect-is-cancel")
        answer = Answer(self.server, request, responder)
        if message.kind is Kind.REQUEST:
            refused = self._header_check.mismatch(request, message)
            if refused is not None:
                error = self._stateless.refused(message, refused)
                answer.finish(message, Reply([error], refused.status))
                return
        conversation = self._conversation_with(request)
        answer.finish(message, await answered(conversation, message, answer.send))

    def _conversation_with(self, request: HttpRequest) -> Conversation:
        """Return the conversation of the stateless era with whoever sends a request."""
        presented = [request.headers.get(name, "") for name in CREDENTIALS]
        if not any(presented):
            return self._stateless
        principal = hashlib.sha256("\n".join(presented).encode()).hexdigest()
        known = self._stateless_by_principal.get(principal)
        if known is None:
            known = Conversation(self.server, principal)
            self._stateless_by_principal[principal] = known
        return known

    async def _post_stateful(
        self, request: HttpRequest, responder: Responder, message: Message
    ) -> None:
        session = self._session(request, responder)
        if session is None:
            return
        if (status := self._bad_version(request)) is not None:
            self._status_only(request, responder, status)
            return
        lasts = bool(session.id) and self.server.keeps("http-disconnect-not-cancel")
        request.outlives_client = lasts
        answer = Answer(self.server, request, responder, session)
        reply = await answered(session.conversation, message, answer.send, answer.disconnect)
        if not self.server.keeps("session-isolation"):
            others = [other for other in self.sessions.all() if other is not session]
            for other in others if isinstance(message.id, str) else ():
                for value in reply.messages:
                    other.tell(value)
        answer.finish(message, reply)

    async def _initialize(
        self, request: HttpRequest, responder: Responder, message: Message
    ) -> None:
        if len(self.sessions) and not self.server.keeps("http-multiple-clients"):
            self._status_only(request, responder, HTTPStatus.BAD_REQUEST)
            return
        session = self.sessions.new()
        answer = Answer(self.server, request, responder, session)
        reply = await answered(session.conversation, message, answer.send)
        if self.server.contract.http.sessions and session.conversation.session.revision is not None:
            self.sessions.open(session)
            answer.headers["Mcp-Session-Id"] = session.id
        answer.finish(message, reply)

    def _session(self, request: HttpRequest, responder: Responder) -> HttpSession | None:
        """Find the request's session, or refuse the request and return `None`."""
        session = self.sessions.find(request)
        if isinstance(session, HttpSession):
            return session
        self._status_only(request, responder, session)
        return None

    def _bad_version(self, request: HttpRequest) -> int | None:
        version = request.headers.get("mcp-protocol-version")
        if version is None:
            keeps = self.server.keeps("http-version-header-absent-accepted")
            return None if keeps else HTTPStatus.BAD_REQUEST
        if published(version) in self.server.stateful_revisions:
            return None
        keeps = self.server.keeps("http-version-header-invalid-400")
        return HTTPStatus.BAD_REQUEST if keeps else None

    # GET and DELETE

    async def _get(self, request: HttpRequest, responder: Responder) -> None:
        session = self._session(request, responder)
        if session is None:
            return
        if (refusal := self._no_stream(session, request)) is not None:
            self._respond(request, responder, refusal)
            return
        head = HttpResponse(status=200, headers=event_stream_headers(), stream=True)
        self._respond(request, responder, head)
        stream = session.attach(responder, request.headers.get("last-event-id"))
        if stream is None:
            responder.end()
            return
        try:
            await responder.ended()
        finally:
            session.hang_up(stream)

    def _no_stream(self, session: HttpSession, request: HttpRequest) -> HttpResponse | None:
        """What a GET gets that is not given a stream, or `None`."""
        if not self.server.keeps("http-single-endpoint"):
            return HttpResponse(status=404)
        if not self.server.keeps("http-get-stream-or-405"):
            headers = {"Content-Type": "text/html"}
            return HttpResponse(status=200, headers=headers, body=b"<p>An MCP server.</p>")
        accepted = "text/event-stream" in request.headers.get("accept", "")
        return None if session.id and accepted else HttpResponse(status=405)

    def _delete(self, request: HttpRequest, responder: Responder) -> None:
        session = self._session(request, responder)
        if session is None:
            return
        if not session.id:
            self._status_only(request, responder, HTTPStatus.METHOD_NOT_ALLOWED)
            return
        if self.server.keeps("session-terminated-404"):
            self.sessions.end(session)
        keeps_status = self.server.keeps("session-delete-ok-or-405")
        status = HTTPStatus.NO_CONTENT if keeps_status else HTTPStatus.NOT_IMPLEMENTED
        self._status_only(request, responder, status)

    # What goes back

    def _status_only(self, request: HttpRequest, responder: Responder, status: int) -> None:
        self._respond(request, responder, HttpResponse(status=status))

    def _respond(self, request: HttpRequest, responder: Responder, response: HttpResponse) -> None:
        responder.respond(self.server.faults.responded(request, response))
