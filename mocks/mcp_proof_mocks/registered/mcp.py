"""A server behind a gateway that speaks MCP over Streamable HTTP: a session for each request."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import as_list, as_object, encode
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.registered.ask import Answered, ask
from mcp_proof_mocks.registered.registered import UnreachableError, listed_tool

CLIENT: Final[JsonObject] = {"name": "mcp-proof mock gateway", "version": "1"}
MAX_PAGES: Final = 50
"""Pages of a list that are fetched, so that a looping cursor ends."""
PARTING: Final = 0.2
"""Seconds that a server gets to end a session."""


class McpServer:
    """One MCP server."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = headers

    async def tools(self) -> list[JsonObject]:
        """Return what `tools/list` gives, page by page."""
        tools: list[JsonObject] = []
        params: JsonObject = {}
        async with self._session() as session:
            for _ in range(MAX_PAGES):
                result = _result(await self._request(session, "tools/list", params))
                tools += [listed_tool(as_object(tool)) for tool in as_list(result.get("tools"))]
                if not isinstance(cursor := result.get("nextCursor"), str):
                    break
                params = {"cursor": cursor}
        return tools

    async def call(self, tool: str, params: JsonObject) -> Json:
        """Call a tool; its value is the structured content, or else its text."""
        async with self._session() as session:
            called: JsonObject = {"name": tool, "arguments": params}
            answer = await self._request(session, "tools/call", called)
        if "error" in (said := _response(answer)):
            raise ToolFailedError(Why.FAILED, _text(said))
        result = as_object(said.get("result"))
        content = [as_object(block) for block in as_list(result.get("content"))]
        texts = [str(block["text"]) for block in content if "text" in block]
        if result.get("isError") is True:
            raise ToolFailedError(Why.FAILED, " ".join(texts) or "the tool failed")
        plain: Json = texts[0] if len(texts) == len(content) == 1 else list(content)
        return result.get("structuredContent", plain)

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[dict[str, str]]:
        """Begin a session, and end it; gives the headers that its requests carry."""
        params: JsonObject = {
            "protocolVersion": LATEST_STATEFUL,
            "capabilities": {},
            "clientInfo": CLIENT,
        }
        answer = await self._request({}, "initialize", params)
        version = _result(answer).get("protocolVersion")
        session = {"MCP-Protocol-Version": str(version)}
        if (session_id := answer.headers.get("mcp-session-id")) is not None:
            session["Mcp-Session-Id"] = session_id
        note: JsonObject = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await ask("POST", self._url, note, {**self._headers, **session})
        try:
            yield session
        finally:
            if session_id is not None:
                # What was asked for is there by now, or does not come.
                with suppress(UnreachableError, TimeoutError):
                    async with asyncio.timeout(PARTING):
                        await ask("DELETE", self._url, headers={**self._headers, **session})

    async def _request(
        self, session: Mapping[str, str], method: str, params: JsonObject
    ) -> Answered:
        request: JsonObject = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return await ask("POST", self._url, request, {**self._headers, **session})


def _result(answer: Answered) -> JsonObject:
    """Return the result of a request that every server answers with one."""
    said = _response(answer)
    if "error" in said:
        raise UnreachableError(_text(said))
    return as_object(said.get("result"))


def _response(answer: Answered) -> JsonObject:
    """Return the response to the one request that was sent."""
    for said in map(as_object, answer.messages):
        if "error" in said or "result" in said:
            return said
    raise UnreachableError(f"it answered with {answer.status} and without a JSON-RPC response")


def _text(said: JsonObject) -> str:
    error = as_object(said["error"])
    return str(error.get("message") or encode(error).decode())
