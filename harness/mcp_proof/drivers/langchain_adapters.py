"""Drives langchain-mcp-adapters: each call opens a session of its own, as they do by default."""

import asyncio
from typing import Any

from driving import ASKED, Wish, perform
from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp.types import ElicitResult


def _connection() -> dict[str, Any]:
    if ASKED["server"]:
        program, *arguments = ASKED["server"]
        return {"transport": "stdio", "command": program, "args": arguments}
    url = ASKED["url"]
    return {"transport": "sse" if url.endswith("/sse") else "http", "url": url}


async def elicit(*_asked: object) -> ElicitResult:
    """Answer as the user."""
    return ElicitResult.model_validate(ASKED["user"]["elicitation"])


async def hear(*_progress: object) -> None:
    """Hear how far a call is."""


def _callbacks() -> Callbacks:
    given: dict[str, Any] = {}
    if "elicitation" in ASKED["declares"]:
        given["on_elicitation"] = elicit
    wishes = [each for wish in ASKED["wishes"] for each in (wish, *wish.get("wishes", ()))]
    if any(wish.get("progress") for wish in wishes):
        given["on_progress"] = hear  # of all calls
    return Callbacks(**given)


async def main() -> None:
    """Do what is wished; what LangChain has no way to do is left out."""
    client = MultiServerMCPClient({"mock": _connection()}, callbacks=_callbacks())
    tools: dict[str, Any] = {}

    async def listed(wish: Wish) -> object:
        if wish["what"] != "tools":
            return [str(blob.metadata) for blob in await client.get_resources()]
        tools.update({tool.name: tool for tool in await client.get_tools()})
        return [{"name": tool.name, "inputSchema": tool.args_schema} for tool in tools.values()]

    async def call(wish: Wish) -> object:
        if not tools:
            await listed({"what": "tools"})
        if wish["tool"] not in tools:
            raise KeyError(f"LangChain was given no tool {wish['tool']}")
        arguments = wish.get("arguments", {})
        request = {"type": "tool_call", "id": "call", "name": wish["tool"], "args": arguments}
        message = await tools[wish["tool"]].ainvoke(request)
        structured = None if message.artifact is None else message.artifact["structured_content"]
        return {
            "content": message.content,
            "isError": message.status == "error",
            **({} if structured is None else {"structuredContent": structured}),
        }

    async def read(wish: Wish) -> object:
        return [str(blob.data) for blob in await client.get_resources(uris=[wish["uri"]])]

    async def prompted(wish: Wish) -> object:
        arguments = wish.get("arguments")
        messages = await client.get_prompt("mock", wish["prompt"], arguments=arguments)
        return [[message.type, message.content] for message in messages]

    does = {"call": call, "read": read, "get-prompt": prompted}
    if all(w["do"] != "list" or w["what"] in ("tools", "resources") for w in ASKED["wishes"]):
        does["list"] = listed
    await perform(does, without=("timeout",))


asyncio.run(main())
