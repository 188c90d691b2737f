"""Drives pydantic-ai's MCP toolset, which an agent of pydantic-ai gets its tools from."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from driving import ASKED, Wish, perform
from fastmcp_user import handlers, hear, plain, transport
from pydantic_ai.mcp import MCPToolset


def _toolset() -> MCPToolset[Any]:
    wishes = [each for wish in ASKED["wishes"] for each in (wish, *wish.get("wishes", ()))]
    heard = any(wish.get("progress") for wish in wishes)  # of all calls, or of none
    return MCPToolset(transport(), progress_handler=hear if heard else None, **handlers())


async def main() -> None:
    """Connect, do what is wished, and disconnect."""
    async with AsyncExitStack() as held:
        toolset = await held.enter_async_context(_toolset())

        async def reconnect() -> None:
            nonlocal toolset
            await held.aclose()
            toolset = await held.enter_async_context(_toolset())

        async def listed(wish: Wish) -> object:
            method = f"list_{wish['what'].replace('-', '_')}"
            return plain(await getattr(toolset, method)())

        async def call(wish: Wish) -> object:
            return plain(await toolset.direct_call_tool(wish["tool"], wish.get("arguments", {})))

        async def read(wish: Wish) -> object:
            return plain(await toolset.read_resource(wish["uri"]))

        async def prompted(wish: Wish) -> object:
            return plain(await toolset.get_prompt(wish["prompt"], wish.get("arguments")))

        does = {"list": listed, "call": call, "read": read, "get-prompt": prompted}
        await perform(does, reconnect, without=("timeout",))


asyncio.run(main())
