"""A client of ContextFrame as its users write one: errors are raised, events come as they come."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Self

import httpx2

Members = dict[str, Any]
BOUND = 10.0
"""Seconds within which everything comes that these tests wait for."""


class FrameError(Exception):
    """The server answered with a JSON-RPC error."""

    def __init__(self, error: Members) -> None:
        super().__init__(f"MCP Error: {error}")
        self.code = error["code"]


class FrameClient:
    """One client; `renew` gets another token when the one that it has is refused."""

    def __init__(
        self, base_url: str, token: str = "", renew: Callable[[], Awaitable[str]] | None = None
    ) -> None:
        self.base_url = base_url
        self.http = httpx2.AsyncClient(timeout=BOUND, verify=False, trust_env=False)
        self.token = token
        self.renew = renew
        self._ids = itertools.count(1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.http.aclose()

    async def request(self, method: str, params: Members | None = None) -> Members:
        """Send a request; after a 401 once more, with another token."""
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params or {}}
        response = await self._post(body)
        if response.status_code == httpx2.codes.UNAUTHORIZED and self.renew is not None:
            self.token = await self.renew()
            response = await self._post(body)
        response.raise_for_status()
        answer = response.json()
        if "error" in answer:
            raise FrameError(answer["error"])
        assert answer["id"] == body["id"]
        return answer["result"]

    async def initialize(self, client: Members) -> Members:
        """Be introduced."""
        params = {"protocolVersion": "0.1.0", "clientInfo": client, "capabilities": {}}
        return await self.request("initialize", params)

    async def list_tools(self) -> Members:
        """List the tools."""
        return await self.request("tools/list")

    async def call_tool(self, name: str, arguments: Members) -> Members:
        """Call a tool."""
        return await self.request("tools/call", {"name": name, "arguments": arguments})

    async def health_check(self) -> bool:
        """Ask whether the server is well."""
        return (await self.http.get(f"{self.base_url}/health")).status_code == httpx2.codes.OK

    async def monitor_changes(
        self, opened: asyncio.Event | None = None, **query: str
    ) -> AsyncIterator[Members]:
        """Hear of changes; `opened` is set as soon as none will be missed."""
        async with aclosing(self._events("subscribe", query, opened)) as events:
            async for event in events:
                yield event

    async def track_operation_progress(self, operation_id: str) -> AsyncIterator[Members]:
        """Hear of the progress of an operation, until it is completed."""
        async with aclosing(self._events(f"progress/{operation_id}", {})) as events:
            async for event in events:
                yield event
                if event.get("status") == "completed":
                    break

    async def _events(
        self, what: str, query: Members, opened: asyncio.Event | None = None
    ) -> AsyncIterator[Members]:
        url = f"{self.base_url}/mcp/v1/sse/{what}"
        headers = self._headers()
        async with self.http.stream("GET", url, params=query, headers=headers) as response:
            response.raise_for_status()
            if opened is not None:
                opened.set()
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])

    async def _post(self, body: Members) -> httpx2.Response:
        url = f"{self.base_url}/mcp/v1/jsonrpc"
        return await self.http.post(url, json=body, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}
