"""Calls to the flawed server from many connections at once, without locust; and what came back."""

import asyncio
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httptools
import orjson

SERVER = Path(__file__).with_name("flawed_server.py")
VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
}
MARKER = re.compile(rb"mcpp-[0-9a-f]{13}-[0-9a-f]{13}")


@contextmanager
def flawed_server(*flags: str) -> Iterator[tuple[str, int]]:
    """Run the server while the block does; gives its URL and its process id."""
    command = [sys.executable, str(SERVER), *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()
            process.wait(10)


def journal(url: str) -> Any:
    """Return what the server counted so far."""
    with urllib.request.urlopen(url.replace("/mcp", "/journal"), timeout=10) as response:
        return orjson.loads(response.read())


@dataclass(slots=True)
class Seen:
    """What came back for the calls of one connection or of all."""

    sent: int = 0
    ended: int = 0
    own: int = 0
    """Answers with their own marker and no other."""
    bodies: list[bytes] = field(default_factory=list)
    """Answers that are otherwise."""
    seconds: list[float] = field(default_factory=list)
    """How long each answer took, in order of the ends."""


class Caller(asyncio.Protocol):
    """One connection, on which one call follows another, stateless or in a session."""

    def __init__(self, seen: Seen, number: int, host: str, *, stateless: bool = True) -> None:
        self._seen = seen
        self._number = number
        self._host = host
        self._stateless = stateless
        self._session = ""
        self._calls = 0
        self._answer: asyncio.Future[bytes] | None = None
        self.alive = True

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        self.alive = False
        self._give(b"")

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"mcp-session-id":
            self._session = value.decode()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._give(self._body)

    def _give(self, body: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(body)

    async def _asked(self, method: str, params: dict[str, Any], extra: str = "") -> bytes:
        message = {"jsonrpc": "2.0", "id": self._calls, "method": method, "params": params}
        body = orjson.dumps(message)
        head = (
            f"POST /mcp HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            "Accept: application/json, text/event-stream\r\n"
            f"{extra}Content-Length: {len(body)}\r\n\r\n"
        )
        return await self._answered(head.encode() + body)

    async def _answered(self, request: bytes) -> bytes:
        self._answer, self._body = asyncio.get_running_loop().create_future(), b""
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(request)
        return await self._answer

    async def open(self) -> None:
        """Open a session, in the era that has them."""
        if not self._stateless:
            told = {"name": "calling", "version": "1"}
            params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": told}
            await self._asked("initialize", params)

    async def close(self) -> None:
        """Close the session, where there is one, and the connection."""
        if self._session:
            head = f"DELETE /mcp HTTP/1.1\r\nHost: {self._host}\r\nMcp-Session-Id: {self._session}"
            await self._answered(f"{head}\r\n\r\n".encode())
        self._transport.close()

    async def call(self, tool: str = "echo", timeout: float = 5.0) -> bytes | None:
        """Call once; returns the answer, or nothing when none comes in time."""
        loop, self._calls = asyncio.get_running_loop(), self._calls + 1
        marker = f"mcpp-{self._number:013x}-{self._calls:013x}"
        params: dict[str, Any] = {"name": tool, "arguments": {"text": marker}}
        extra = f"Mcp-Session-Id: {self._session}\r\nMCP-Protocol-Version: 2025-11-25\r\n"
        if self._stateless:
            params["_meta"] = META
            extra = (
                f"MCP-Protocol-Version: {VERSION}\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
            )
        self._seen.sent += 1
        began = loop.time()
        try:
            async with asyncio.timeout(timeout):
                body = await self._asked("tools/call", params, extra)
        except TimeoutError:
            self._transport.abort()
            return None
        self._seen.ended += 1
        self._seen.seconds.append(loop.time() - began)
        if set(MARKER.findall(body)) == {marker.encode()} and body.count(b'"jsonrpc"') == 1:
            self._seen.own += 1
        else:
            self._seen.bodies.append(body)
        return body


async def connected(url: str, seen: Seen, number: int, *, stateless: bool = True) -> Caller:
    """Return a new connection, ready for calls."""
    place = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, caller = await loop.create_connection(
        lambda: Caller(seen, number, place.netloc, stateless=stateless), place.hostname, place.port
    )
    await caller.open()
    return caller


async def load(
    url: str, *, users: int, calls: int, stateless: bool = True, timeout: float = 5.0
) -> Seen:
    """Make so many calls from so many connections; returns what came back."""
    seen = Seen()

    async def use(number: int) -> None:
        caller = await connected(url, seen, number, stateless=stateless)
        while seen.sent < calls:
            if await caller.call(timeout=timeout) is None or not caller.alive:
                caller = await connected(url, seen, number, stateless=stateless)
        await caller.close()

    await asyncio.gather(*map(use, range(users)))
    return seen
