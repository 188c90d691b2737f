"""ContextFrame: JSON-RPC at `/mcp/v1/jsonrpc`, whose results are bare objects."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import quote, urlencode

from mcp_proof.dialects.event_stream import EventStream, opened_stream
from mcp_proof.dialects.json_rpc import JsonRpcOverHttp, RpcAnswer
from mcp_proof.recorder import Recorder
from mcp_proof.sessions.client import CLIENT_INFO
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import ListedTool, example_arguments
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.contextframe import (
    ENDED,
    ENDPOINT,
    HEALTH,
    PROGRESS,
    PROTOCOL,
    SEARCH,
    SUBSCRIBE,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

NOTHING: Final[JsonObject] = {}
INITIALIZE: Final[JsonObject] = {
    "protocolVersion": PROTOCOL,
    "clientInfo": CLIENT_INFO,
    "capabilities": {},
}
QUERIES: Final = ("document", "test", "the", "a", "")
"""What is searched for until several documents are found."""
FEW: Final = 10
"""Documents that are looked at, at most."""
SEVERAL: Final = 3
"""Documents that are enough to go on with."""


class ContextFrameServer(JsonRpcOverHttp):
    """A server that speaks ContextFrame."""

    dialect = Dialect.CONTEXTFRAME
    ENDPOINT = ENDPOINT
    ENDPOINTS = (ENDPOINT, "/mcp")

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self.operations: list[str] = []
        """The ids of the operations that calls have begun."""
        self._introduced: JsonObject = NOTHING
        """What the server said of itself."""
        self._found: tuple[str, list[JsonObject]] | None = None
        """A query, and what it finds."""

    async def open(self) -> None:
        """Connect, and be introduced."""
        await super().open()
        answer = await self.rpc("initialize", INITIALIZE)
        self._introduced = as_object(answer.result)
        self.info = as_object(self._introduced.get("serverInfo"))

    async def recognized(self) -> bool:
        """Whether the server was introduced at the endpoint of this dialect."""
        return bool(self._introduced)

    async def survey(self) -> None:
        """List the tools, call those that may be called, look at the health."""
        await super().survey()
        await self.request("GET", HEALTH)

    async def called(self, name: str, arguments: JsonObject, *, case: str = "") -> RpcAnswer:
        """Call a tool; remember the operation that this has begun, if so."""
        answer = await super().called(name, arguments, case=case)
        operation = as_object(answer.result).get("operation_id")
        if isinstance(operation, str) and operation not in self.operations:
            self.operations.append(operation)
        return answer

    def usable(self, name: str) -> ListedTool | None:
        """Return a tool if there is one of this name and it may be called."""
        tool = self.tools.get(name)
        return tool if tool is not None and self.may_call(tool) else None

    def searches_by(self, *arguments: str) -> bool:
        """Whether searches may be made, and their schema has these arguments."""
        tool = self.usable(SEARCH)
        if tool is None:
            return False
        return set(arguments) <= set(as_object(tool.input_schema.get("properties")))

    async def search(self, *, case: str = "", **arguments: Json) -> list[JsonObject]:
        """Return the documents that a search finds."""
        answer = await self.called(SEARCH, arguments, case=case)
        return [as_object(each) for each in as_list(as_object(answer.result).get("documents"))]

    async def findable(self) -> tuple[str, list[JsonObject]]:
        """Return a query that finds documents, and these; none where no search may be made."""
        if self._found is None:
            self._found = await self._find()
        return self._found

    async def _find(self) -> tuple[str, list[JsonObject]]:
        """Search until several documents are found; return the search that found the most."""
        best: tuple[str, list[JsonObject]] = ("", [])
        tool = self.usable(SEARCH)
        if tool is None:
            return best
        example = as_object(example_arguments(tool)).get("query")
        for query in [example, *QUERIES] if isinstance(example, str) else QUERIES:
            documents = await self.search(case="looking", query=query, limit=FEW)
            best = max(best, (query, documents), key=lambda found: len(found[1]))
            if len(documents) >= SEVERAL:
                break
        return best

    @asynccontextmanager
    async def changes(self, *, case: str = "", **query: str) -> AsyncGenerator[EventStream]:
        """Listen to changes of the dataset while the block runs; `query` says to which."""
        path = f"{SUBSCRIBE}?{urlencode(query)}" if query else SUBSCRIBE
        async with opened_stream(self, path, case=case) as stream:
            yield stream

    async def followed(self, operation: str, *, case: str = "") -> None:
        """Follow an operation to its end, for no longer than an answer may take."""
        path = PROGRESS + quote(operation, safe="")
        async with opened_stream(self, path, case=case) as stream:
            await stream.until(_is_over, self.timeout)


def _is_over(events: Sequence[Json]) -> bool:
    return bool(events) and as_object(events[-1]).get("status") in ENDED
