"""A server of JSON-RPC over WebSockets with a stream of events, as one writes it with FastAPI."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal

from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect

Weakness = Literal["", "writes what it prints", "says another type", "forgets the cache"]
ONE = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TOOLS = [{"name": "shout", "inputSchema": ONE, "annotations": {"readOnlyHint": True}}]
PARSE_ERROR = {"code": -32700, "message": "Parse error"}
INVALID_REQUEST = {"code": -32600, "message": "Invalid Request"}


def streaming_server(weakness: Weakness = "") -> FastAPI:
    """The application: WebSockets at `/ws`, events at `/mcp/stream`."""
    app = FastAPI()
    listening: set[asyncio.Queue[dict[str, Any]]] = set()

    @app.websocket("/ws")
    async def converse(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if message.get("text") is None:
                    await socket.close(1003)
                    return
                await socket.send_text(json.dumps(answer(message["text"])))
        except WebSocketDisconnect:
            return

    def answer(text: str) -> dict[str, Any]:
        try:
            message = json.loads(text)
        except ValueError:
            return {"jsonrpc": "2.0", "id": None, "error": PARSE_ERROR}
        sound = isinstance(message, dict) and message.get("jsonrpc") == "2.0"
        if not sound or "method" not in message:
            return {"jsonrpc": "2.0", "id": None, "error": INVALID_REQUEST}
        return {"jsonrpc": "2.0", "id": message["id"], **answered(message)}

    def answered(message: dict[str, Any]) -> dict[str, Any]:
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
        tell(params["name"], arguments, result)
        return {"result": result}

    def tell(tool: str, params: Any, result: Any) -> None:
        event = {"event": "tool_executed", "tool": tool, "params": params, "result": result}
        for queue in listening:
            queue.put_nowait({**event, "timestamp": datetime.now(UTC).isoformat()})

    async def events() -> AsyncIterator[str]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        listening.add(queue)
        try:
            yield ": here we are\n\n"
            while True:
                event = await queue.get()
                shown = event if weakness == "writes what it prints" else json.dumps(event)
                yield f"data: {shown}\n\n"
        finally:
            listening.discard(queue)

    @app.get("/mcp/stream")
    async def stream() -> StreamingResponse:
        headers = {} if weakness == "forgets the cache" else {"Cache-Control": "no-cache"}
        kind = "text/plain" if weakness == "says another type" else "text/event-stream"
        return StreamingResponse(events(), headers=headers, media_type=kind)

    return app
