"""2024-11-05 to 2025-11-25: `initialize` once per connection, and servers that ask back."""

import asyncio
from collections.abc import Awaitable
from typing import Final

from mcp_proof.recorder import probe_label
from mcp_proof.sessions.session import Answer, Session, first_done
from mcp_proof.transports.connection import Sending
from mcp_proof.transports.streamable_http import HttpConnection
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.wire import Message, encode, id_key

SESSION_HEADER: Final = "Mcp-Session-Id"
VERSION_HEADER: Final = "MCP-Protocol-Version"
RESUMPTIONS: Final = 5
"""How often a stream that closed before its answer is taken up again."""
REPLAY_PATIENCE: Final = 1.0
"""Seconds to wait for a replay: a server need not offer one."""
GOODBYE: Final = 2.0
"""Seconds a server gets to answer the end of a session; nothing depends on its answer."""
LONGEST_RETRY: Final = 3.0
"""Seconds to wait at most when a server asks for a pause before a reconnect."""


class StatefulSession(Session):
    """A session that begins with a handshake."""

    session_id: str | None = None
    """The id the server gave this session over HTTP."""
    ready = False
    """Whether the handshake is complete."""

    async def start(self) -> Answer:
        """Send `initialize`, and `notifications/initialized` when it succeeds."""
        answer = await self.initialize(self.revision)
        if answer.result is not None:
            await self.confirm()
            if isinstance(self.connection, HttpConnection):
                self.listen()
        return answer

    async def initialize(self, version: str, *, case: str = "") -> Answer:
        """Send `initialize` offering `version` and take up what the server answers."""
        answer = await self.request(
            "initialize",
            {
                "protocolVersion": version,
                "capabilities": self.profile.declared(self.revision),
                "clientInfo": self.profile.info,
            },
            case=case,
        )
        if answer.result is not None:
            self.server = answer.result
            self.revision = published(answer.result.get("protocolVersion")) or self.revision
        return answer

    async def confirm(self, *, case: str = "") -> None:
        """Send `notifications/initialized` and wait until it has been taken."""
        sending = await self.notify("notifications/initialized", case=case)
        self.ready = True
        await self.arrival(sending)

    def listen(self, *, last_event_id: str | None = None, case: str = "") -> Sending:
        """Open the GET stream (Streamable HTTP, Listening for Messages)."""
        assert isinstance(self.connection, HttpConnection)
        headers: dict[str, str | None] = {
            "Accept": "text/event-stream",
            **self.headers({}),
            "Last-Event-ID": last_event_id,
        }
        return self.connection.request("GET", headers=headers, probe=probe_label(case))

    async def resume(self, last_event_id: str, request_id: Json, *, case: str = "") -> bool:
        """Take up a stream after one of its events; return whether its response came again."""
        again: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[id_key(request_id)] = again
        try:
            resumed = self.listen(last_event_id=last_event_id, case=case)
            await first_done(again, resumed.ended, REPLAY_PATIENCE)
            return again.done()
        finally:
            del self._waiting[id_key(request_id)]

    async def close(self) -> None:
        """End the session on the server too (Session Management), then the connection."""
        connection = self.connection
        if isinstance(connection, HttpConnection) and connection.alive and self.session_id:
            goodbye = connection.request("DELETE", headers=self.headers({}))
            await asyncio.wait([goodbye.ended], timeout=GOODBYE)
        await super().close()

    def dress(self, params: JsonObject | None) -> JsonObject | None:
        """Return the params as they are: the era adds nothing."""
        return params

    def headers(self, message: JsonObject) -> dict[str, str]:
        """Return the session and version headers, once known."""
        headers: dict[str, str] = {}
        if message.get("method") == "initialize":
            return headers
        if self.session_id is not None:
            headers[SESSION_HEADER] = self.session_id
        if self.server and self.revision.features.version_header:
            headers[VERSION_HEADER] = self.revision
        return headers

    async def call(self, method: str, params: JsonObject | None = None, **options: str) -> Answer:
        """Send a request; what the server asks meanwhile is answered as it comes."""
        return await self.request(method, params, case=options.get("case", ""))

    async def _wait(self, answer: asyncio.Future[Message], sending: Sending, limit: float) -> None:
        """Wait for the answer, resuming a stream that the server closed early."""
        try:
            async with asyncio.timeout(limit):
                await self._await_stream(answer, sending)
                for _ in range(RESUMPTIONS):
                    if answer.done() or sending.last_event_id is None or sending.shared:
                        return
                    await asyncio.sleep(min((sending.retry_ms or 0) / 1000, LONGEST_RETRY))
                    resumed = self.listen(last_event_id=sending.last_event_id)
                    await self._await_stream(answer, resumed)
                    sending.last_event_id = resumed.last_event_id
        except TimeoutError:
            return

    async def _await_stream(self, answer: asyncio.Future[Message], sending: Sending) -> None:
        await first_done(answer, sending.ended)
        if self.session_id is None and "mcp-session-id" in sending.headers:
            self.session_id = sending.headers["mcp-session-id"]

    def _asked(self, message: Message, /) -> None:
        answer = self.profile.answer(message)
        task = asyncio.create_task(self._respond(message.id, answer))
        self._replies.add(task)
        task.add_done_callback(self._replies.discard)

    async def _respond(
        self, request_id: Json, answer: JsonObject | Awaitable[JsonObject]
    ) -> Sending:
        given = await answer if isinstance(answer, Awaitable) else answer
        reply: JsonObject = {"jsonrpc": "2.0", "id": request_id, **given}
        probe = self.profile.probe
        return await self.connection.send(encode(reply), self.headers(reply), probe=probe)
