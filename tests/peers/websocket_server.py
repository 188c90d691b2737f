"""A server of JSON-RPC over WebSockets, as one writes it with the library websockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from ssl import SSLContext
from typing import Any, Literal

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Weakness = Literal[
    "", "has no list", "crosses answers", "answers in turn", "dies of what it cannot read"
]
REPORT_TAKES = 0.3


def text(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}


SAFE = {"readOnlyHint": True}
TOOLS = [
    {"name": "process_data", "inputSchema": text("input"), "annotations": SAFE},
    {"name": "generate_report", "inputSchema": text("analysis"), "annotations": SAFE},
    {"name": "create_ticket", "inputSchema": text("title")},
]
REQUIRED = {tool["name"]: tool["inputSchema"]["required"][0] for tool in TOOLS}


class RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message


class Conversation:
    def __init__(self, socket: ServerConnection, weakness: Weakness) -> None:
        self.socket = socket
        self.weakness = weakness
        self.current = None

    async def serve(self) -> None:
        async with asyncio.TaskGroup() as answering:
            async for raw in self.socket:
                if self.weakness == "dies of what it cannot read":
                    json.loads(raw)
                answer = answering.create_task(self.answer(raw))
                if self.weakness == "answers in turn":
                    await answer

    async def answer(self, raw: str | bytes) -> None:
        message: Any = None
        try:
            message = self.read(raw)
            self.current = message["id"]
            reply = {"result": await self.result(message)}
        except RpcError as error:
            reply = {"error": {"code": error.code, "message": error.message}}
        known = message.get("id") if isinstance(message, dict) else None
        if self.weakness == "crosses answers" and known is not None:
            known = self.current
        await self.send({"jsonrpc": "2.0", "id": known, **reply})

    async def send(self, reply: dict[str, Any]) -> None:
        with suppress(ConnectionClosed):  # the client has gone meanwhile
            await self.socket.send(json.dumps(reply))

    def read(self, raw: str | bytes) -> dict[str, Any]:
        try:
            message = json.loads(raw)
        except ValueError:
            raise RpcError(-32700, "Parse error") from None
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            raise RpcError(-32600, "Invalid Request")
        if not isinstance(message.get("method"), str) or "id" not in message:
            raise RpcError(-32600, "Invalid Request")
        return message

    async def result(self, message: dict[str, Any]) -> Any:
        params = message.get("params", {})
        if message["method"] == "tools/list" and self.weakness != "has no list":
            return {"tools": TOOLS}
        if message["method"] != "tools/call":
            raise RpcError(-32601, "Method not found")
        name, arguments = params.get("name"), params.get("arguments", {})
        if name not in REQUIRED:
            raise RpcError(-32602, f"Unknown tool: {name}")
        if not isinstance(arguments, dict) or not isinstance(arguments.get(REQUIRED[name]), str):
            raise RpcError(-32602, f"Invalid arguments for {name}")
        await asyncio.sleep(REPORT_TAKES if name == "generate_report" else 0)
        return {"of": name, "value": arguments[REQUIRED[name]]}


@asynccontextmanager
async def websocket_server(
    weakness: Weakness = "", token: str = "", ssl: SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve on a free port while the block runs; gives the URL."""

    def check(socket: ServerConnection, request: Request) -> Response | None:
        if token and request.headers.get("Authorization") != f"Bearer {token}":
            return socket.respond(HTTPStatus.UNAUTHORIZED, "who are you?\n")
        return None

    async def converse(socket: ServerConnection) -> None:
        await Conversation(socket, weakness).serve()

    async with serve(converse, "127.0.0.1", 0, process_request=check, ssl=ssl) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'wss' if ssl else 'ws'}://127.0.0.1:{port}/ws"
