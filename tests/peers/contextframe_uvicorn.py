"""A ContextFrame server on Starlette, written by somebody who has read the guide.

`guide()` is what the guide's own mock becomes when it is put behind HTTP: every failure is an
internal error, and what it does not look at it does as it likes. `careful()` is one that keeps all
that docs/dialects/contextframe.md says.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import jsonschema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Members = dict[str, Any]
TEXT: Members = {"type": "string"}
COUNT: Members = {"type": "integer", "minimum": 0}
IDS: Members = {"type": "array", "items": TEXT}
SEARCH_TYPES = ("vector", "text", "hybrid")


def of(required: str, **properties: Members) -> Members:
    """Return the schema of a tool's arguments."""
    return {"type": "object", "properties": properties, "required": required.split()}


SCHEMAS = {
    "search_documents": of(
        "query",
        query=TEXT,
        limit=COUNT,
        offset=COUNT,
        filter=TEXT,
        search_type=TEXT,
        include_content={"type": "boolean"},
    ),
    "get_document": of("document_id", document_id=TEXT, include_content={"type": "boolean"}),
    "batch_get_documents": of("document_ids", document_ids=IDS),
    "add_document": of("content", content=TEXT, metadata={"type": "object"}, uuid=TEXT),
    "batch_extract": of("document_ids", document_ids=IDS, extraction_type=TEXT),
    "get_dataset_stats": of("", include_details={"type": "boolean"}),
    "analyze_usage": of("", time_range=TEXT, include_patterns={"type": "boolean"}),
    "track_usage": of("operation", operation=TEXT, document_ids=IDS, query=TEXT),
}
TOOLS = tuple(SCHEMAS)


class RpcError(Exception):
    """An error with a code of its own."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Frames:
    """A dataset, and the server that the guide's snippets make of it."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.documents: dict[str, Members] = {}
        self.listeners: list[tuple[Members, asyncio.Queue[Members]]] = []
        self.operations: dict[str, asyncio.Queue[Members]] = {}
        for index in range(10):
            self.add_document({"content": f"Test document {index}", "metadata": {"index": index}})

    # The wire

    def application(self) -> Starlette:
        """Return the application to be run under uvicorn."""
        routes = [
            Route("/mcp/v1/jsonrpc", self.guarded(self.jsonrpc), methods=["POST"]),
            Route("/mcp/v1/sse/subscribe", self.guarded(self.subscribe)),
            Route("/mcp/v1/sse/progress/{operation_id}", self.guarded(self.progress)),
            Route("/health", self.health),
        ]
        return Starlette(routes=routes)

    def guarded(
        self, serve: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return a handler that asks for the token, if there is one."""

        async def guard(request: Request) -> Response:
            if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
                return Response(status_code=401)
            return await serve(request)

        return guard

    async def health(self, _request: Request) -> Response:
        """Answer GET /health."""
        return JSONResponse({"status": "healthy"})

    async def jsonrpc(self, request: Request) -> Response:
        """Answer a request; whatever goes wrong is an internal error."""
        said = await request.json()
        try:
            result = await self.handle(said["method"], said.get("params", {}))
        except Exception as error:  # noqa: BLE001  # as the guide has it
            failed = {"code": -32603, "message": str(error)}
            return JSONResponse({"jsonrpc": "2.0", "id": said.get("id"), "error": failed})
        return JSONResponse({"jsonrpc": "2.0", "id": said.get("id"), "result": result})

    async def handle(self, method: str, params: Members) -> Members:
        """Answer by method."""
        if method == "initialize":
            return {
                "protocolVersion": "0.1.0",
                "serverInfo": {"name": "frames", "version": "1.0.0"},
                "capabilities": {"tools": True},
            }
        if method == "tools/list":
            return {"tools": [{"name": n, "inputSchema": s} for n, s in SCHEMAS.items()]}
        if method == "tools/call" and params["name"] in SCHEMAS:
            return getattr(self, params["name"])(params.get("arguments", {}))
        raise RpcError(-32601, f"Unknown method: {method}")

    # The tools

    def search_documents(self, given: Members) -> Members:
        """Find documents by a text that they hold; pages and filters did not get into the guide."""
        found = [
            d for d in self.documents.values() if given["query"].lower() in d["content"].lower()
        ]
        return {"documents": found[: given.get("limit", 10)]}

    def get_document(self, given: Members) -> Members:
        """Get one document."""
        return {"document": self.documents[given["document_id"]]}

    def batch_get_documents(self, given: Members) -> Members:
        """Get those of some documents that there are."""
        wanted = given["document_ids"]
        return {"documents": [self.documents[i] for i in wanted if i in self.documents]}

    def add_document(self, given: Members) -> Members:
        """Add a document, and tell everybody."""
        uuid = given.get("uuid") or str(uuid4())
        document = {
            "uuid": uuid,
            "content": given["content"],
            "metadata": given.get("metadata", {}),
        }
        self.documents[uuid] = document
        for query, queue in self.listeners:
            if self.concerns(query, document):
                queue.put_nowait({"type": "document_added", "document": document})
        return {"document": document}

    def batch_extract(self, given: Members) -> Members:
        """Go through documents; it is told how far that has come."""
        ids = given["document_ids"]
        operation = f"op_{len(self.operations)}"
        queue = self.operations[operation] = asyncio.Queue()
        for number, uuid in enumerate(ids, start=1):
            queue.put_nowait({"current": number, "total": len(ids), "message": uuid})
        self.finish(queue, len(ids))
        return {"operation_id": operation, "document_ids": ids}

    def get_dataset_stats(self, _given: Members) -> Members:
        """Tell how much there is."""
        return {"stats": {"total_documents": len(self.documents)}}

    def analyze_usage(self, given: Members) -> Members:
        """Tell how it is used."""
        return {"analysis": {"time_range": given.get("time_range", "7d")}}

    def track_usage(self, _given: Members) -> Members:
        """Take note of a use."""
        return {"tracked": True}

    # The streams

    async def subscribe(self, request: Request) -> Response:
        """Tell what changes."""
        return StreamingResponse(
            self.changes(dict(request.query_params)), media_type="text/event-stream"
        )

    async def changes(self, query: Members) -> AsyncIterator[str]:
        """Give the changes that a client wants to hear of, as events."""
        queue: asyncio.Queue[Members] = asyncio.Queue()
        entry = (query, queue)
        self.listeners.append(entry)
        try:
            while True:
                yield event(await queue.get())
        finally:
            self.listeners.remove(entry)

    def concerns(self, _query: Members, _document: Members) -> bool:
        """Whether a listener wants to hear of a document."""
        return True

    async def progress(self, request: Request) -> Response:
        """Tell how far an operation has come."""
        queue = self.operations[request.path_params["operation_id"]]
        return StreamingResponse(self.steps(queue), media_type="text/event-stream")

    async def steps(self, queue: "asyncio.Queue[Members]") -> AsyncIterator[str]:
        """Give the progress of an operation, as events."""
        while not queue.empty():
            yield event(queue.get_nowait())

    def finish(self, _queue: "asyncio.Queue[Members]", _total: int) -> None:
        """Say that an operation is done: the guide's client waits for that for ever."""


class CarefulFrames(Frames):
    """The same, by somebody who has checked what clients rely on."""

    async def jsonrpc(self, request: Request) -> Response:
        """Answer a request, or say by a code what is wrong with it."""
        try:
            said = json.loads(await request.body())
        except ValueError:
            return refusal(None, RpcError(-32700, "Parse error"))
        if not isinstance(said, dict) or said.get("jsonrpc") != "2.0" or "method" not in said:
            known = said.get("id") if isinstance(said, dict) else None
            return refusal(known, RpcError(-32600, "Invalid Request"))
        try:
            result = await self.handle(said["method"], said.get("params", {}))
        except RpcError as error:
            return refusal(said.get("id"), error)
        return JSONResponse({"jsonrpc": "2.0", "id": said.get("id"), "result": result})

    async def handle(self, method: str, params: Members) -> Members:
        """Answer by method; a call is checked first."""
        if method == "tools/call":
            name, given = params.get("name"), params.get("arguments", {})
            if name not in SCHEMAS or not isinstance(given, dict):
                raise RpcError(-32602, f"No such tool: {name}")
            try:
                jsonschema.validate(given, SCHEMAS[name])
            except jsonschema.ValidationError as error:
                raise RpcError(-32602, error.message) from error
        return await super().handle(method, params)

    def search_documents(self, given: Members) -> Members:
        """Find documents, page by page."""
        if given.get("search_type", "text") not in SEARCH_TYPES:
            raise RpcError(-32602, f"Invalid search type: {given['search_type']}")
        holds = condition(given.get("filter", ""))
        words = given["query"].lower()
        found = [d for d in self.documents.values() if words in d["content"].lower() and holds(d)]
        offset = given.get("offset", 0)
        page = found[offset : offset + given.get("limit", 10)]
        return {"documents": [shown(document, given) for document in page]}

    def get_document(self, given: Members) -> Members:
        """Get one document that there is."""
        if given["document_id"] not in self.documents:
            raise RpcError(-32001, "Document not found")
        return {"document": shown(self.documents[given["document_id"]], given)}

    def concerns(self, query: Members, document: Members) -> bool:
        """Whether a listener wants to hear of a document."""
        about = query.get("resource_type", "documents") == "documents"
        return about and condition(query.get("filter", ""))(document)

    def finish(self, queue: "asyncio.Queue[Members]", total: int) -> None:
        """Say that an operation is done."""
        queue.put_nowait({"current": total, "total": total, "status": "completed"})


def guide(token: str = "") -> Starlette:
    """Return the application of somebody who has copied the guide."""
    return Frames(token).application()


def careful(token: str = "") -> Starlette:
    """Return the application of somebody who has thought about it."""
    return CarefulFrames(token).application()


def event(data: Members) -> str:
    """Return one server-sent event."""
    return f"data: {json.dumps(data)}\n\n"


def refusal(request_id: Any, error: RpcError) -> Response:
    """Return a JSON-RPC error."""
    failed = {"code": error.code, "message": str(error)}
    return JSONResponse({"jsonrpc": "2.0", "id": request_id, "error": failed})


def shown(document: Members, given: Members) -> Members:
    """Return a document, without its content where that is not wanted."""
    wanted = given.get("include_content", True)
    return {name: value for name, value in document.items() if wanted or name != "content"}


def condition(text: str) -> Callable[[Members], bool]:
    """Return what a filter asks for: that a number of the metadata exceeds another."""
    found = re.fullmatch(r"metadata\.(\w+) > (\d+)", text)
    if text and found is None:
        raise RpcError(-32602, f"Invalid filter: {text}")
    if found is None:
        return lambda _document: True
    name, least = found[1], int(found[2])
    return lambda document: document["metadata"].get(name, -1) > least
