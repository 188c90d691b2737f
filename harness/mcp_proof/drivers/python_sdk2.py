"""Drives the official Python SDK 2.x (`mcp>=2`), which negotiates the revision by itself."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import httpx2
from driving import ASKED, Wish, perform
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult
from python_authorized import provider
from python_listening import Listening
from python_sdk import all_pages, asked_alike, callbacks, heard, plain

AUTHORIZED = provider(
    lambda answer: AuthorizationCodeResult(
        code=answer.get("code", ""), state=answer.get("state"), iss=answer.get("iss")
    )
)
PATIENCE = httpx2.Timeout(30, read=300)
"""What the SDK's own HTTP client has."""
LEVELS = [wish["level"] for wish in ASKED["wishes"] if wish["do"] == "set-level"]
MODERN = "2026-07-28"


async def _connected(held: AsyncExitStack) -> Client:
    level = LEVELS[0] if LEVELS else None  # of the modern era; the older one asks the server
    client = Client(await _server(held), log_level=level, **callbacks())
    return await held.enter_async_context(client)


async def _server(held: AsyncExitStack) -> Any:  # noqa: ANN401  # whatever the SDK takes
    if ASKED["server"]:
        program, *arguments = ASKED["server"]
        return StdioServerParameters(command=program, args=arguments)
    url = ASKED["url"]
    if url.endswith("/sse"):
        return sse_client(url, auth=AUTHORIZED)
    if AUTHORIZED is None:
        return url
    http = httpx2.AsyncClient(auth=AUTHORIZED, follow_redirects=True, timeout=PATIENCE)
    return streamable_http_client(url, http_client=await held.enter_async_context(http))


async def main() -> None:  # noqa: C901  # a function for each kind of wish
    """Connect, do what is wished, and disconnect."""
    async with AsyncExitStack() as held:
        client = await _connected(held)
        listening = Listening(client)

        async def reconnect() -> None:
            nonlocal client, listening
            await listening.close()
            await held.aclose()
            client = await _connected(held)
            listening = Listening(client)

        async def listed(wish: Wish) -> object:
            return await all_pages(client, wish["what"], lambda cursor: {"cursor": cursor})

        async def call(wish: Wish) -> object:
            return plain(
                await client.call_tool(
                    wish["tool"],
                    wish.get("arguments", {}),
                    read_timeout_seconds=wish.get("timeout"),
                    **heard(wish),
                )
            )

        async def read(wish: Wish) -> object:
            return plain(await client.read_resource(wish["uri"]))

        async def subscribe(wish: Wish) -> object:
            return plain(await client.subscribe_resource(wish["uri"]))

        async def unsubscribe(wish: Wish) -> object:
            return plain(await client.unsubscribe_resource(wish["uri"]))

        async def set_level(wish: Wish) -> object:
            if client.protocol_version >= MODERN:
                return None  # each request says it
            return plain(await client.set_logging_level(wish["level"]))

        async def listen(wish: Wish) -> object:
            return await listening.listen(wish)

        async def stop_listening(wish: Wish) -> object:
            return await listening.stop(wish)

        try:
            await perform(
                {
                    **asked_alike(lambda: client),
                    "list": listed,
                    "call": call,
                    "read": read,
                    "subscribe": subscribe,
                    "unsubscribe": unsubscribe,
                    "set-level": set_level,
                    "listen": listen,
                    "stop-listening": stop_listening,
                },
                reconnect,
            )
        finally:
            await listening.close()


asyncio.run(main())
