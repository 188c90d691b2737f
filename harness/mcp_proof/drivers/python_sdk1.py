"""Drives the official Python SDK 1.x (`mcp<2`)."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
from driving import ASKED, Wish, perform
from mcp import ClientSession, StdioServerParameters, types
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from python_authorized import provider
from python_sdk import all_pages, asked_alike, callbacks, heard, plain

AUTHORIZED = provider(lambda answer: (answer.get("code", ""), answer.get("state")))
PATIENCE = httpx.Timeout(30, read=300)
"""What the SDK's own HTTP client has."""


async def _streams(held: AsyncExitStack) -> Any:  # noqa: ANN401  # two streams, and more
    if ASKED["server"]:
        program, *arguments = ASKED["server"]
        server = StdioServerParameters(command=program, args=arguments)
        return await held.enter_async_context(stdio_client(server))
    url = ASKED["url"]
    if url.endswith("/sse"):
        return await held.enter_async_context(sse_client(url, auth=AUTHORIZED))
    http = None
    if AUTHORIZED is not None:
        http = httpx.AsyncClient(auth=AUTHORIZED, follow_redirects=True, timeout=PATIENCE)
        await held.enter_async_context(http)
    return await held.enter_async_context(streamable_http_client(url, http_client=http))


async def _connected(held: AsyncExitStack) -> ClientSession:
    reading, writing, *_ = await _streams(held)
    session = ClientSession(reading, writing, **callbacks())
    await held.enter_async_context(session)
    await session.initialize()
    return session


def _page(cursor: Any) -> dict[str, Any]:  # noqa: ANN401  # a text, or None
    return {"params": types.PaginatedRequestParams(cursor=cursor)}


async def main() -> None:
    """Connect, do what is wished, and disconnect."""
    async with AsyncExitStack() as held:
        session = await _connected(held)

        async def reconnect() -> None:
            nonlocal session
            await held.aclose()
            session = await _connected(held)

        async def listed(wish: Wish) -> object:
            return await all_pages(session, wish["what"], _page)

        async def call(wish: Wish) -> object:
            seconds = wish.get("timeout")
            patience = None if seconds is None else timedelta(seconds=seconds)
            return plain(
                await session.call_tool(
                    wish["tool"],
                    wish.get("arguments", {}),
                    read_timeout_seconds=patience,
                    **heard(wish),
                )
            )

        async def read(wish: Wish) -> object:
            return plain(await session.read_resource(types.AnyUrl(wish["uri"])))

        async def subscribe(wish: Wish) -> object:
            return plain(await session.subscribe_resource(types.AnyUrl(wish["uri"])))

        async def unsubscribe(wish: Wish) -> object:
            return plain(await session.unsubscribe_resource(types.AnyUrl(wish["uri"])))

        async def set_level(wish: Wish) -> object:
            return plain(await session.set_logging_level(wish["level"]))

        await perform(
            {
                **asked_alike(lambda: session),
                "list": listed,
                "call": call,
                "read": read,
                "subscribe": subscribe,
                "unsubscribe": unsubscribe,
                "set-level": set_level,
            },
            reconnect,
        )


asyncio.run(main())
