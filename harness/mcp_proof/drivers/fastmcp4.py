"""Drives fastmcp 4's client."""

import asyncio
from contextlib import AsyncExitStack

from driving import Wish, perform
from fastmcp import Client
from fastmcp_user import USER, handlers, hear, plain, transport
from mcp_types import PromptReference, ResourceTemplateReference


async def main() -> None:
    """Connect, do what is wished, and disconnect."""
    async with AsyncExitStack() as held:
        client = await held.enter_async_context(Client(transport(), **handlers()))

        async def reconnect() -> None:
            nonlocal client
            await held.aclose()
            client = await held.enter_async_context(Client(transport(), **handlers()))

        async def listed(wish: Wish) -> object:
            method = f"list_{wish['what'].replace('-', '_')}"
            return plain(await getattr(client, method)())

        async def call(wish: Wish) -> object:
            result = await client.call_tool(
                wish["tool"],
                wish.get("arguments", {}),
                timeout=wish.get("timeout"),
                progress_handler=hear if wish.get("progress") else None,
                raise_on_error=False,
            )
            structured = result.structured_content
            return {
                "content": plain(result.content),
                "isError": result.is_error,
                **({} if structured is None else {"structuredContent": structured}),
            }

        async def read(wish: Wish) -> object:
            return {"contents": plain(await client.read_resource(wish["uri"]))}

        async def prompted(wish: Wish) -> object:
            return plain(await client.get_prompt(wish["prompt"], wish.get("arguments")))

        async def ping(_wish: Wish) -> object:
            return plain(await client.ping())

        async def complete(wish: Wish) -> object:
            of_prompt = wish["ref"]["type"] == "ref/prompt"
            kind = PromptReference if of_prompt else ResourceTemplateReference
            ref = kind.model_validate(wish["ref"])
            return plain(await client.complete_mcp(ref, wish["argument"]))

        async def set_level(wish: Wish) -> object:
            return plain(await client.set_logging_level(wish["level"]))

        async def change_roots(wish: Wish) -> None:
            USER["roots"] = wish["roots"]
            await client.send_roots_list_changed()

        await perform(
            {
                "list": listed,
                "call": call,
                "read": read,
                "get-prompt": prompted,
                "ping": ping,
                "complete": complete,
                "set-level": set_level,
                "change-roots": change_roots,
            },
            reconnect,
        )


asyncio.run(main())
