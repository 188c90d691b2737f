"""The mock over Streamable HTTP, both eras on one path; HTTP+SSE beside it."""

import asyncio
import secrets
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.revision import Era, Revision, published
from mcp_proof_contracts.wire import Kind, Message, as_object, parse
from mcp_proof_mocks.conversation import Conversation, Reply
from mcp_proof_mocks.http.answer import Answer
from mcp_proof_mocks.http.fault_control import FaultControl
from mcp_proof_mocks.http.header_check import header_mismatch
from mcp_proof_mocks.http.header_fields import as_read
from mcp_proof_mocks.http.legacy_sse import LegacySse
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import event_stream_headers
from mcp_proof_mocks.http.session import HttpSession
from mcp_proof_mocks.server import MockServer

PATH: Final = "/mcp"
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_SESSIONS: Final = 10_000
SLOW: Final = 0.05
"""Seconds for which a server that takes one request at a time is busy with each."""


class HttpEndpoint:
    """Answers HTTP requests for one mock server."""

    def __init__(self, server: MockServer, *, control: bool = False) -> None:
        self.server = server
        self._control = FaultControl(server.faults) if control else None
        self.sessions: dict[str, HttpSession] = {}
        self._stateless = Conversation(server)
        self._legacy_sse = LegacySse(server)
        self._busy = False

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one HTTP request."""
        if self._control is not None and self._control.is_for(request):
            responder.respond(self._control.answer(request))
            return
        request = as_read(self.server, request)
        path = request.path.partition("?")[0]
        if (response := await self._kept_out(request)) is not None:
            self._respond(request, responder, response)
        elif path != PATH and path not in self._legacy_sse.paths:
            self._respond(request, responder, HttpResponse(status=404))
        elif (status := self._foreign_origin(request)) is not None:
            self._respond(request, responder, HttpResponse(status=status))
        elif path != PATH:
            await self._legacy_sse(request, responder)
        elif request.method == "POST":
            await self._post(request, responder)
        elif not self.server.stateful_revisions or request.method not in ("GET", "DELETE"):
            status = 405 if self.server.keeps("h26-get-delete-405") else 404
            self._respond(request, responder, HttpResponse(status=status))
        elif request.method == "GET":
            await self._get(request, responder)
        else:
            self._delete(request, responder)

    # Checks before anything is read

    async def _kept_out(self, request: HttpRequest) -> HttpResponse | None:
        if self.server.authorization is None:
            return None
        origin = f"http://{request.headers.get('host', '')}"
        return await self.server.authorization.respond(request, origin)

    def _foreign_origin(self, request: HttpRequest) -> int | None:
        """The status that refuses a foreign Origin (Security Warning), or `None`."""
        origin = request.headers.get("origin")
        if origin is None or _host(origin) in LOCAL_HOSTS:
            return None
        duty = "sec-origin-validated"
        if request.method != "POST":
            duty += "-all-methods"
        if not self.server.keeps(duty):
            return None
        return 403 if self.server.keeps("sec-origin-status-403") else 400

    # POST

    async def _post(self, request: HttpRequest, responder: Responder) -> None:
        if self.server.keeps("http-multiple-streams"):
            await self._answer(request, responder)
        elif self._busy:
            self._respond(request, responder, HttpResponse(status=409))
        else:
            self._busy = True
            await asyncio.sleep(SLOW)
            await self._answer(request, responder)
            self._busy = False

    async def _answer(self, request: HttpRequest, responder: Responder) -> None:
        message = parse(request.body)
        if self._is_stateless(request, message):
            await self._post_stateless(request, responder, message)
        else:
            await self._post_stateful(request, responder, message)

    def _is_stateless(self, request: HttpRequest, message: Message) -> bool:
        if not self.server.stateful_revisions:
            return True
        version = request.headers.get("mcp-protocol-version", "")
        revision = published(version)
        claimed = META_VERSION in as_object(message.params.get("_meta"))
        if message.method == "initialize":
            return claimed
        return claimed or "mcp-method" in request.headers or _stateless(revision)

    async def _post_stateless(
        self, request: HttpRequest, responder: Responder, message: Message
    ) -> None:
        if message.kind is Kind.NOTIFICATION and not message.fault:
            self._respond(request, responder, HttpResponse(status=202))
            return
        if message.kind is Kind.REQUEST:
            refused = header_mismatch(self.server, request, message)
            if refused is not None:
                reply = self._stateless.refused(message, refused)
                self._reply(request, responder, message, Reply([reply], refused.status))
                return
        answer = Answer(self.server, request, responder, session=None)
        answer.finish(message, await self._stateless.handle(message, answer.send))

    async def _post_stateful(
        self, request: HttpRequest, responder: Responder, message: Message
    ) -> None:
        if message.method == "initialize" and message.kind is Kind.REQUEST:
            await self._initialize(request, responder, message)
            return
        session = self._session(request, responder)
        if session is None:
            return
        if (status := self._bad_version(request)) is not None:
            self._respond(request, responder, HttpResponse(status=status))
            return
        answer = Answer(self.server, request, responder, session=session)
        reply = await session.conversation.handle(message, answer.send)
        if not self.server.keeps("session-isolation"):
            for other in self.sessions.values():
                for value in reply.messages:
                    other.tell(value)
        answer.finish(message, reply)

    async def _initialize(
        self, request: HttpRequest, responder: Responder, message: Message
    ) -> None:
        if self.sessions and not self.server.keeps("http-multiple-clients"):
            self._respond(request, responder, HttpResponse(status=400))
            return
        session = HttpSession(self._new_session_id(), Conversation(self.server))
        answer = Answer(self.server, request, responder, session=session)
        reply = await session.conversation.handle(message, answer.send)
        if self.server.contract.http.sessions and session.conversation.session.revision is not None:
            while len(self.sessions) >= MAX_SESSIONS:
                del self.sessions[next(iter(self.sessions))]
            self.sessions[session.id] = session
            answer.headers["Mcp-Session-Id"] = session.id
        answer.finish(message, reply)

    def _new_session_id(self) -> str:
        if not self.server.keeps("session-id-unpredictable"):
            return f"session-of-the-mock-{len(self.sessions) + 1}"
        separator = "" if self.server.keeps("session-id-visible-ascii") else " "
        return f"mock{separator}{secrets.token_urlsafe(24)}"

    def _session(self, request: HttpRequest, responder: Responder) -> HttpSession | None:
        """Find the request's session, or refuse the request and return `None`."""
        if not self.server.contract.http.sessions:
            session = HttpSession("", Conversation(self.server))
            version = request.headers.get("mcp-protocol-version", Revision.R2025_03_26)
            session.conversation.session.revision = published(version)
            return session
        session_id = request.headers.get("mcp-session-id")
        if session_id in self.sessions:
            return self.sessions[session_id]
        if session_id is None:
            status = 400 if self.server.keeps("session-id-missing-400") else 404
        elif self.server.keeps("session-id-unknown-refused"):
            status = 404
        else:
            return HttpSession(session_id, Conversation(self.server))
        self._respond(request, responder, HttpResponse(status=status))
        return None

    def _bad_version(self, request: HttpRequest) -> int | None:
        version = request.headers.get("mcp-protocol-version")
        if version is None and not self.server.keeps("http-version-header-absent-accepted"):
            return 400
        known = version is None or published(version) in self.server.stateful_revisions
        return None if known or not self.server.keeps("http-version-header-invalid-400") else 400

    # GET and DELETE

    async def _get(self, request: HttpRequest, responder: Responder) -> None:
        session = self._session(request, responder)
        if session is None:
            return
        if (refusal := self._no_stream(session, request)) is not None:
            self._respond(request, responder, refusal)
            return
        last = request.headers.get("last-event-id")
        stream = session.stream_of(last) if last is not None else None
        head = HttpResponse(status=200, headers=event_stream_headers({}), stream=True)
        self._respond(request, responder, head)
        if stream is not None and last is not None:
            for data in session.replay(stream, last):
                responder.write(self.server.written(data))
            if stream.finished:
                responder.end()
                return
            stream.outlet = responder
        else:
            stream = session.open_stream(responder)
            stream.unasked = True
        if stream.unasked:
            session.listen(stream)
        try:
            await responder.ended.wait()
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
            self._respond(request, responder, HttpResponse(status=405))
            return
        if self.server.keeps("session-terminated-404"):
            self.sessions.pop(session.id, None)
            self.server.tasks.forget(session.conversation.session)
        status = 204 if self.server.keeps("session-delete-ok-or-405") else 501
        self._respond(request, responder, HttpResponse(status=status))

    # What goes back

    def _reply(
        self, request: HttpRequest, responder: Responder, message: Message, reply: Reply
    ) -> None:
        Answer(self.server, request, responder, session=None).finish(message, reply)

    def _respond(self, request: HttpRequest, responder: Responder, response: HttpResponse) -> None:
        responder.respond(self.server.responded(request, response))


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None


def _stateless(revision: Revision | None) -> bool:
    return revision is not None and revision.era is Era.STATELESS
