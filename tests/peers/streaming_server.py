"""A server of JSON-RPC over WebSockets with a stream of events, as one writes it with FastAPI."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse

Weakness = Literal["", "writes what it prints", "says another type", "forgets the cache"]
LATENESS = 0.05
"""Seconds by which an event comes after the answer to the call that it is about."""
ONE = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TOOLS = [{"name": "shout", "inputSchema": ONE, "annotations": {"readOnlyHint": True}}]
PARSE_ERROR = {"code": -32700, "message": "Parse error"}
INVALID_REQUEST = {"code": -32600, "message": "Invalid Request"}


class Answering:
    """Answers JSON-RPC, and tells whoever listens what was executed."""

    def __init__(self) -> None:
        self.listening: set[asyncio.Queue[dict[str, Any]]] = set()

    def answer(self, text: str) -> dict[str, Any]:
        try:
            message = json.loads(text)
        except ValueError:
            return {"jsonrpc": "2.0", "id": None, "error": PARSE_ERROR}
        sound = isinstance(message, dict) and message.get("jsonrpc") == "2.0"
        if not sound or "method" not in message:
            return {"jsonrpc": "2.0", "id": None, "error": INVALID_REQUEST}
        return {"jsonrpc": "2.0", "id": message["id"], **self.outcome(message)}

    def outcome(self, message: dict[str, Any]) -> dict[str, Any]:
        params = message.get("params", {})
        if message["method"] == "tools/list":
            return {"result": {"tools": TOOLS}}
        if message["method"] != "tools/call":
            return {"error": {"code": -32601, "message": "Method not found"}}
        arguments = params.get("arguments", {})
        fits = isinstance(arguments, dict) and isinstance(arguments.get("text"), str)
        if params.get("name") != "shout" or not fits:
            return {"error": {"code": -32602, "message": "Invalid params"}}
        result = {"shouted": arguments["text"].upper()}
        self.tell(params["name"], arguments, result)
        return {"result": result}

    def tell(self, tool: str, params: Any, result: Any) -> None:
        event = {"event": "tool_executed", "tool": tool, "params": params, "result": result}
        for queue in self.listening:
            queue.put_nowait({**event, "timestamp": datetime.now(UTC).isoformat()})

    async def events(self, weakness: Weakness) -> AsyncIterator[str]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.listening.add(queue)
        try:
            yield ": here we are\n\n"
            yield 'data: {"event": "connected"}\n\n'
            while True:
                event = await queue.get()
                await asyncio.sleep(LATENESS)
                shown = event if weakness == "writes what it prints" else json.dumps(event)
                yield f"data: {shown}\n\n"
        finally:
            self.listening.discard(queue)


def streaming_server(weakness: Weakness = "") -> FastAPI:
    """The application: WebSockets at `/ws`, events at `/mcp/stream`."""
    app = FastAPI()
    answering = Answering()

    @app.websocket("/ws")
    async def converse(socket: WebSocket) -> None:
        await socket.accept()
        while (message := await socket.receive())["type"] != "websocket.disconnect":
            if message.get("text") is None:
                await socket.close(1003)
                return
            await socket.send_text(json.dumps(answering.answer(message["text"])))

    @app.get("/mcp/stream")
    async def stream() -> StreamingResponse:
        headers = {} if weakness == "forgets the cache" else {"Cache-Control": "no-cache"}
        kind = "text/plain" if weakness == "says another type" else "text/event-stream"
        events = answering.events(weakness)
        return StreamingResponse(events, headers=headers, media_type=kind)

    return app
