"""A quick MCP server on a free loopback port, healthy or with one flaw that only load brings out.

    python flawed_server.py [--cross 1000] [--journal FILE]

It prints its URL. `GET /journal` tells what it counted so far, `GET /metrics` what it uses.
"""

import argparse
import asyncio
import contextlib
import resource
import signal
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httptools
import orjson
from flawed_mcp import (
    Journal,
    RefusedError,
    Session,
    Sessions,
    check_stateless,
    failure,
    initialized,
    is_stateless,
    result_of,
)
from flaws import Flaws, add_flags

HANDLES = 1 << 16
"""File descriptors that a leak may use before it breaks the server itself."""
REASONS = {200: b"OK", 202: b"Accepted", 204: b"No Content", 400: b"Bad Request"}
JSON = b"application/json"


@dataclass(eq=False, slots=True)
class Call:
    """A call that is under way."""

    connection: "Connection"
    turn: int
    """The request's place on its connection."""
    id: Any
    result: dict[str, Any]
    session: Session


class Server:
    """What all connections share."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self.flaws = Flaws(chosen)
        self.journal = Journal()
        self.sessions = Sessions(self.journal)
        self._loop = asyncio.get_running_loop()
        self._under_way: dict[Call, None] = {}
        self._due: list[Call] = []
        self._last: deque[tuple[Session, str]] = deque(maxlen=64)
        """Who said what of late."""

    def called(self, call: Call, params: dict[str, Any]) -> None:
        """Take a call up; it is answered later, so that others are under way meanwhile."""
        self.journal.calls[str(params.get("name"))] += 1
        self.flaws.called()
        if self.flaws.lose.happens():
            self.journal.flawed["lost"] += 1
            return
        if isinstance(text := (params.get("arguments") or {}).get("text"), str):
            self._bleed(call)
            self._last.append((call.session, text))
        if self.flaws.errors.happens():
            self.journal.flawed["errors"] += 1
            call.result = {**call.result, **failure("this call fails")}
            call.result.pop("structuredContent", None)
        self._under_way[call] = None
        if wait := self.flaws.wait():
            self._loop.call_later(wait, self._answer, call)
            return
        self._due.append(call)
        if len(self._due) == 1:
            # Whatever else has arrived in this turn of the loop is under way with it.
            self._loop.call_soon(self._answer_due)

    def _answer_due(self) -> None:
        due, self._due = self._due, []
        for call in due:
            self._answer(call)

    def _answer(self, call: Call) -> None:
        content = self._crossed(call)
        result = call.result if content is None else {**call.result, **content}
        del self._under_way[call]
        body = orjson.dumps({"jsonrpc": "2.0", "id": call.id, "result": result})
        if self.flaws.duplicate.happens():
            self.journal.flawed["duplicated"] += 1
            body = b"event: message\ndata: %b\n\n" % body * 2
            call.connection.respond(call.turn, 200, body, b"text/event-stream")
        else:
            call.connection.respond(call.turn, 200, body)

    def _crossed(self, call: Call) -> dict[str, Any] | None:
        """The content of another call, where that is due and there is one."""
        flaw = self.flaws.cross
        flaw.count()
        if not flaw.owed:
            return None
        for other in self._under_way:
            if other.result["content"] != call.result["content"]:
                flaw.owed -= 1
                self.journal.flawed["crossed"] += 1
                own = ("content", "structuredContent", "isError")
                return {name: other.result[name] for name in own if name in other.result}
        return None

    def _bleed(self, call: Call) -> None:
        """Let an answer hold also what another session said."""
        flaw = self.flaws.bleed
        flaw.count()
        if not flaw.owed:
            return
        for session, text in reversed(self._last):
            if session is not call.session:
                flaw.owed -= 1
                self.journal.flawed["bled"] += 1
                content = [*call.result["content"], {"type": "text", "text": text}]
                call.result = {**call.result, "content": content}
                return

    def metrics(self) -> bytes:
        """What Prometheus reads."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        values = {
            "process_resident_memory_bytes": pages * resource.getpagesize(),
            "process_open_fds": len(list(Path("/proc/self/fd").iterdir())),
            "process_threads": threading.active_count(),
            "flawed_sessions_active": len(self.sessions.by_id),
        }
        return "".join(f"# TYPE {k} gauge\n{k} {v}\n" for k, v in values.items()).encode()


class Connection(asyncio.Protocol):
    """One TCP connection."""

    def __init__(self, server: Server, connections: "set[Connection]") -> None:
        self._server = server
        self._connections = connections
        self._session = Session()
        """Who speaks here, where there are no sessions."""
        self._counted = False
        self._parser = httptools.HttpRequestParser(self)
        self._turn = self._turns = 0
        """The request whose answer is to be written next, and how many have come."""
        self._ready: dict[int, bytes] = {}
        """Answers that wait for those of earlier requests: HTTP/1.1 keeps the order."""

    # Called by asyncio

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def close(self) -> None:
        self._transport.close()

    # Called by the parser

    def on_message_begin(self) -> None:
        self._headers: dict[str, str] = {}
        self._url = self._body = b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1").strip()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        turn, self._turns = self._turns, self._turns + 1
        method = self._parser.get_method()
        try:
            if "origin" in self._headers and "//127.0.0.1" not in self._headers["origin"]:
                self.respond(turn, 403)
            elif method == b"POST" and self._url == b"/mcp":
                self._post(turn)
            elif method == b"DELETE" and self._url == b"/mcp":
                self._server.sessions.close(self._headers)
                self.respond(turn, 204)
            else:
                self._page(turn, method)
        except RefusedError as refused:
            self._refuse(turn, refused)

    # Answers

    def _page(self, turn: int, method: bytes) -> None:
        if (method, self._url) == (b"GET", b"/journal"):
            self.respond(turn, 200, orjson.dumps(self._server.journal.counts()))
        elif (method, self._url) == (b"GET", b"/metrics"):
            self.respond(turn, 200, self._server.metrics(), b"text/plain; version=0.0.4")
        else:
            self.respond(turn, 405 if self._url == b"/mcp" else 404)

    def _post(self, turn: int) -> None:
        try:
            message = orjson.loads(self._body)
        except orjson.JSONDecodeError as error:
            raise RefusedError(-32700, "Parse error", status=400) from error
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            raise RefusedError(-32600, "Invalid Request", status=400)
        if not message.keys() & {"method", "result", "error"}:
            raise RefusedError(-32600, "Invalid Request", status=400)
        if "method" not in message or "id" not in message:
            self.respond(turn, 202)
            return
        self._server.journal.requests += 1
        try:
            self._request(turn, message)
        except RefusedError as refused:
            self._refuse(turn, refused, message["id"])

    def _request(self, turn: int, message: dict[str, Any]) -> None:
        server, stateless = self._server, is_stateless(message, self._headers)
        if stateless:
            check_stateless(message, self._headers)
            session = self._session
            if not self._counted:
                self._counted = True
                server.flaws.session_opened()
        elif message["method"] == "initialize":
            name = server.sessions.open()
            server.flaws.session_opened()
            body = {"jsonrpc": "2.0", "id": message["id"], "result": initialized()}
            self.respond(
                turn, 200, orjson.dumps(body), extra=b"Mcp-Session-Id: %b\r\n" % name.encode()
            )
            return
        else:
            session = server.sessions.found(self._headers)
        result = result_of(message, session, stateless=stateless)
        if message["method"] == "tools/call":
            server.called(Call(self, turn, message["id"], result, session), message["params"])
        else:
            body = {"jsonrpc": "2.0", "id": message["id"], "result": result}
            self.respond(turn, 200, orjson.dumps(body))

    def _refuse(self, turn: int, refused: RefusedError, request: Any = None) -> None:
        body = {"jsonrpc": "2.0", "id": request, "error": refused.error}
        self.respond(turn, refused.status, orjson.dumps(body))

    def respond(
        self, turn: int, status: int, body: bytes = b"", kind: bytes = JSON, extra: bytes = b""
    ) -> None:
        """Write a response, as soon as it is its turn."""
        typed = b"Content-Type: %b\r\n" % kind if body else b""
        sized = b"" if status == 204 else b"Content-Length: %d\r\n" % len(body)
        reason = REASONS.get(status, b"-")
        self._ready[turn] = b"HTTP/1.1 %d %b\r\n%b%b%b\r\n%b" % (
            *(status, reason, typed, sized, extra, body),
        )
        while self._turn in self._ready:
            self._transport.write(self._ready.pop(self._turn))
            self._turn += 1


async def pause(seconds: float) -> None:
    """Do nothing at all for a while in each second."""
    while True:
        await asyncio.sleep(1 - seconds)
        time.sleep(seconds)  # noqa: ASYNC251  # that is the flaw


async def serve(chosen: argparse.Namespace) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server, connections = Server(chosen), set[Connection]()
    listener = await loop.create_server(
        lambda: Connection(server, connections), "127.0.0.1", chosen.port, backlog=4096
    )
    url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/mcp"
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    pausing = asyncio.create_task(pause(server.flaws.pause)) if server.flaws.pause else None
    await ended.wait()
    if pausing is not None:
        pausing.cancel()
    listener.close()
    for connection in list(connections):
        connection.close()
    if chosen.journal:
        chosen.journal.write_bytes(orjson.dumps(server.journal.counts()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--journal", type=Path, help="a file for what was counted, at the end")
    add_flags(parser)
    chosen = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = HANDLES if hard == resource.RLIM_INFINITY else min(HANDLES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen))


if __name__ == "__main__":
    sys.exit(main())
