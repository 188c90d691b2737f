"""An HTTP client that sends whatever bytes it is given, whole or broken, and reads what comes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

VERSION = "2025-11-25"
MODERN = "2026-07-28"
CLIENT = {"name": "test", "version": "1"}
HELLO = {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": CLIENT}


@dataclass
class Response:
    """One response that was read to its end."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> Response:
        """Read the head of the next response; an empty one when the connection was closed."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return Response(0)
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        fields = (line.partition(": ") for line in lines)
        return Response(int(first.split()[1]), {name.lower(): value for name, _, value in fields})

    async def response(self) -> Response:
        """Read the next response."""
        response = await self.head()
        if "transfer-encoding" in response.headers:
            while chunk := await self.chunk():
                response.body += chunk
        elif "content-length" in response.headers:
            response.body = await self.reader.readexactly(int(response.headers["content-length"]))
        return response

    async def chunk(self) -> bytes:
        """Read the next chunk of a stream; b"" at its end."""
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        return (await self.reader.readexactly(size + 2))[:-2]

    async def closed(self) -> bool:
        """Wait for the end of the connection; whether nothing came before it."""
        try:
            return await self.reader.read() == b""
        except ConnectionError:
            return True

    async def begin(self, **capabilities: Any) -> str:
        """Open a session; return its id."""
        await self.send(post("initialize", {**HELLO, "capabilities": capabilities}, 1))
        session = (await self.response()).headers["mcp-session-id"]
        await self.send(post("notifications/initialized", session=session))
        await self.response()
        return session


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[RawClient]:
    host, _, port = url.removeprefix("http://").partition("/")[0].rpartition(":")
    reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), limit=1 << 24)
    try:
        yield RawClient(reader, writer)
    finally:
        writer.close()


def request(body: bytes = b"", method: str = "POST", path: str = "/mcp", **headers: str) -> bytes:
    """A request; `_` in a header's name stands for a hyphen."""
    fields = {"Host": "localhost", "Accept": "application/json, text/event-stream", **headers}
    if body:
        fields["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def post(
    method: str, params: Any = None, number: Any = None, *, session: str = "", **headers: str
) -> bytes:
    """A POST of one message, in a session when there is one."""
    message = {"jsonrpc": "2.0", "method": method}
    if number is not None:
        message["id"] = number
    if params is not None:
        message["params"] = params
    if session:
        headers = {"Mcp_Session_Id": session, "MCP_Protocol_Version": VERSION, **headers}
    return request(json.dumps(message).encode(), **headers)


def call(tool: str, arguments: Any, number: Any = 2, session: str = "", **meta: Any) -> bytes:
    """A POST that calls a tool."""
    params = {"name": tool, "arguments": arguments, **({"_meta": meta} if meta else {})}
    return post("tools/call", params, number, session=session)


def modern(method: str, params: Any, number: Any = 2, **headers: str) -> bytes:
    """A POST of a request in the stateless era."""
    meta = {"protocolVersion": MODERN, "clientInfo": CLIENT, "clientCapabilities": {}}
    named = {f"io.modelcontextprotocol/{name}": value for name, value in meta.items()}
    headers = {"MCP_Protocol_Version": MODERN, "Mcp_Method": method, **headers}
    return post(method, {**params, "_meta": named}, number, **headers)


def modern_call(tool: str, arguments: Any, number: Any = 2) -> bytes:
    """A POST that calls a tool in the stateless era."""
    params = {"name": tool, "arguments": arguments}
    return modern("tools/call", params, number, Mcp_Name=tool)
