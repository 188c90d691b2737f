"""Clients of httpx and httpx2, synchronous, on asyncio and on trio, all used in one way."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import anyio
import httpx
import httpx2

BOUND = 20.0
ACCEPT = {"Accept": "application/json, text/event-stream"}
VERSION = "2025-11-25"


class Kind(NamedTuple):
    """One kind of client."""

    library: Any
    loop: str
    """`asyncio` or `trio`; `blocking` is a synchronous client."""

    def __str__(self) -> str:
        return f"{self.library.__name__}-{self.loop}"

    @asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[Any]:
        # Certificates take long to load, and here nobody shows one.
        options = {"headers": ACCEPT, "verify": False, **options}
        if self.loop == "blocking":
            with self.library.Client(**options) as client:
                yield Blocking(client)
        else:
            async with self.library.AsyncClient(**options) as client:
                yield client

    def run(self, work: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
        """Do something with a client, within the bound."""

        async def bounded() -> Any:
            with anyio.fail_after(BOUND):
                async with self.client(**options) as client:
                    return await work(client)

        return anyio.run(bounded, backend="trio" if self.loop == "trio" else "asyncio")


KINDS = [Kind(lib, loop) for lib in (httpx, httpx2) for loop in ("blocking", "asyncio", "trio")]
ASYNC = [kind for kind in KINDS if kind.loop != "blocking"]


class Blocking:
    """A synchronous client behind the methods of an asynchronous one."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def get(self, url: str, **how: Any) -> Any:
        return self._client.get(url, **how)

    async def post(self, url: str, **how: Any) -> Any:
        return self._client.post(url, **how)

    async def delete(self, url: str, **how: Any) -> Any:
        return self._client.delete(url, **how)

    @asynccontextmanager
    async def stream(self, method: str, url: str, **how: Any) -> AsyncIterator[Any]:
        with self._client.stream(method, url, **how) as response:
            response.aiter_lines = lambda: unhurried(response.iter_lines())
            yield response


async def unhurried(lines: Any) -> AsyncIterator[str]:
    for line in lines:
        yield line


def request(method: str, number: Any = None, **params: Any) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return message if number is None else {**message, "id": number}


HELLO = request(
    "initialize",
    1,
    protocolVersion=VERSION,
    capabilities={"elicitation": {}, "sampling": {}},
    clientInfo={"name": "test", "version": "1"},
)


def call(tool: str, number: int = 2, **arguments: Any) -> dict[str, Any]:
    return request(
        "tools/call", number, name=tool, arguments=arguments, _meta={"progressToken": "p"}
    )


async def begin(client: Any, url: str) -> dict[str, str]:
    """Open a session; return the headers of its requests."""
    hello = await client.post(url, json=HELLO)
    assert hello.status_code == 200, hello.text
    session = {"Mcp-Session-Id": hello.headers["mcp-session-id"], "MCP-Protocol-Version": VERSION}
    ready = await client.post(url, json=request("notifications/initialized"), headers=session)
    assert ready.status_code == 202
    return session


async def messages(response: Any) -> AsyncIterator[Any]:
    """Give the messages of an event stream as they come."""
    async for line in response.aiter_lines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: "))
