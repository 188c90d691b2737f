"""A client for tests: every method for tests that have no event loop, and again for those that do.

The conversation itself lives in an event loop of its own, so that any test can hold it: a plain
one, one of pytest-asyncio, one of anyio on asyncio or trio.
"""

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import cached_property, partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import anyio
from anyio.from_thread import BlockingPortal

from mcp_proof.sessions.session import Answer
from mcp_proof.testing import operations
from mcp_proof.testing.failures import McpAssertionError
from mcp_proof.testing.results import ToolResult
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_contracts.wire import as_object

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test

P = ParamSpec("P")
T = TypeVar("T")


class Conversation:
    """A driver, and the loop in which it lives."""

    def __init__(self, driver: ToolServer, portal: BlockingPortal) -> None:
        self._driver = driver
        self._portal = portal

    @property
    def spoken(self) -> Spoken:
        """What is spoken: a revision of MCP, or another dialect."""
        return self._driver.spoken

    @property
    def revision(self) -> Revision:
        """The revision of MCP that is spoken.

        Raises:
            McpAssertionError: it is another dialect, which has none.
        """
        return operations.mcp(self._driver, "revision").revision

    @property
    def transcript(self) -> Transcript:
        """What has crossed the wire in this test so far, and how the conversation began."""
        return self._driver.recorder.transcript

    @property
    def introduction(self) -> JsonObject:
        """The result of `initialize` or `server/discover`."""
        return self._driver.introduction

    @property
    def capabilities(self) -> JsonObject:
        """What the server declares."""
        return as_object(self.introduction.get("capabilities"))

    @property
    def server_info(self) -> JsonObject:
        """Name and version of the server."""
        return server_info(self.introduction)

    def _begin(self, operation: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        return self._portal.start_task_soon(operation)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._driver.target.label} at {self.spoken}>"


class AsyncClient(Conversation):
    """The client for asynchronous tests: `await mcp_client.aio.call_tool(…)`."""

    async def request(self, method: str, params: JsonObject | None = None) -> Answer:
        """Send a request; whatever came back, or why nothing did, is the answer."""
        return await self._do(operations.request, method, params)

    async def notify(self, method: str, params: JsonObject | None = None) -> None:
        """Send a notification; it has been taken when this returns."""
        await self._do(operations.notify, method, params)

    async def send(self, value: Json) -> None:
        """Send any JSON value where a message belongs; the transcript has what comes back."""
        await self._do(operations.send, value)

    async def call_tool(self, name: str, arguments: JsonObject | None = None) -> ToolResult:
        """Call a tool; what one of another dialect than MCP answers is structured content.

        Raises:
            ErrorAnswerError: the call was answered by a JSON-RPC error, or by an HTTP one.
            NoAnswerError: it was not answered.
        """
        return await self._do(operations.call_tool, name, arguments)

    async def list_tools(self) -> list[JsonObject]:
        """Return all tools, page by page."""
        return await self._do(operations.list_tools)

    async def input_schema(self, tool: str) -> JsonObject:
        """Return the schema of a tool's arguments.

        Raises:
            McpAssertionError: no such tool is listed.
        """
        return await self._do(operations.input_schema, tool)

    async def list_resources(self) -> list[JsonObject]:
        """Return all resources, page by page."""
        return await self._do(operations.listed, "resources/list", "resources")

    async def list_resource_templates(self) -> list[JsonObject]:
        """Return all resource templates, page by page."""
        member = "resourceTemplates"
        return await self._do(operations.listed, "resources/templates/list", member)

    async def read_resource(self, uri: str) -> list[JsonObject]:
        """Return the contents of a resource."""
        return await self._do(operations.read_resource, uri)

    async def list_prompts(self) -> list[JsonObject]:
        """Return all prompts, page by page."""
        return await self._do(operations.listed, "prompts/list", "prompts")

    async def get_prompt(self, name: str, arguments: JsonObject | None = None) -> JsonObject:
        """Return a prompt with these arguments."""
        return await self._do(operations.get_prompt, name, arguments)

    async def ping(self) -> None:
        """Ask for a sign of life."""
        await self._do(operations.ping)

    async def _do(
        self,
        operation: Callable[Concatenate[ToolServer, P], Coroutine[Any, Any, T]],
        *arguments: P.args,
        **options: P.kwargs,
    ) -> T:
        done = self._begin(partial(operation, self._driver, *arguments, **options))
        try:
            # A thread waits, and not this loop: it may be one of trio.
            return await anyio.to_thread.run_sync(done.result, abandon_on_cancel=True)
        except McpAssertionError as failure:
            raise failure.with_traceback(None) from None
        finally:
            done.cancel()


class Client(Conversation):
    """The client for tests without an event loop; `aio` is the same one for those that have it."""

    @cached_property
    def aio(self) -> AsyncClient:
        """The same conversation, to be awaited."""
        return AsyncClient(self._driver, self._portal)

    def request(self, method: str, params: JsonObject | None = None) -> Answer:
        """Send a request; whatever came back, or why nothing did, is the answer."""
        return self._do(operations.request, method, params)

    def notify(self, method: str, params: JsonObject | None = None) -> None:
        """Send a notification; it has been taken when this returns."""
        self._do(operations.notify, method, params)

    def send(self, value: Json) -> None:
        """Send any JSON value where a message belongs; the transcript has what comes back."""
        self._do(operations.send, value)

    def call_tool(self, name: str, arguments: JsonObject | None = None) -> ToolResult:
        """Call a tool; what one of another dialect than MCP answers is structured content.

        Raises:
            ErrorAnswerError: the call was answered by a JSON-RPC error, or by an HTTP one.
            NoAnswerError: it was not answered.
        """
        return self._do(operations.call_tool, name, arguments)

    def list_tools(self) -> list[JsonObject]:
        """Return all tools, page by page."""
        return self._do(operations.list_tools)

    def input_schema(self, tool: str) -> JsonObject:
        """Return the schema of a tool's arguments.

        Raises:
            McpAssertionError: no such tool is listed.
        """
        return self._do(operations.input_schema, tool)

    def list_resources(self) -> list[JsonObject]:
        """Return all resources, page by page."""
        return self._do(operations.listed, "resources/list", "resources")

    def list_resource_templates(self) -> list[JsonObject]:
        """Return all resource templates, page by page."""
        return self._do(operations.listed, "resources/templates/list", "resourceTemplates")

    def read_resource(self, uri: str) -> list[JsonObject]:
        """Return the contents of a resource."""
        return self._do(operations.read_resource, uri)

    def list_prompts(self) -> list[JsonObject]:
        """Return all prompts, page by page."""
        return self._do(operations.listed, "prompts/list", "prompts")

    def get_prompt(self, name: str, arguments: JsonObject | None = None) -> JsonObject:
        """Return a prompt with these arguments."""
        return self._do(operations.get_prompt, name, arguments)

    def ping(self) -> None:
        """Ask for a sign of life."""
        self._do(operations.ping)

    def _do(
        self,
        operation: Callable[Concatenate[ToolServer, P], Coroutine[Any, Any, T]],
        *arguments: P.args,
        **options: P.kwargs,
    ) -> T:
        done = self._begin(partial(operation, self._driver, *arguments, **options))
        try:
            return done.result()
        except McpAssertionError as failure:
            raise failure.with_traceback(None) from None
