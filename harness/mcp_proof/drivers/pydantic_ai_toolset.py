"""Drives pydantic-ai's MCP toolset, which an agent of pydantic-ai gets its tools from."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from driving import ASKED, Wish, perform
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from pydantic_ai.mcp import MCPToolset
from pydantic_core import to_jsonable_python

USER = ASKED["user"]


def _transport() -> Any:  # noqa: ANN401  # one of three kinds
    if ASKED["server"]:
        program, *arguments = ASKED["server"]
        return StdioTransport(program, arguments, keep_alive=False)
    url = ASKED["url"]
    return SSETransport(url) if url.endswith("/sse") else StreamableHttpTransport(url)


async def elicit(*_asked: object) -> object:
    """Answer as the user."""
    said = USER["elicitation"]
    return ElicitResult(action=said["action"], content=said.get("content"))


async def sample(*_asked: object) -> str:
    """Answer as the model."""
    return str(USER["sampling"]["content"]["text"])


async def roots(_context: object) -> list[str]:
    """Say which roots there are."""
    if USER["roots"] == "fail":
        raise RuntimeError("the roots cannot be listed")
    return [root["uri"] for root in USER["roots"]]


def _handlers() -> dict[str, Any]:
    declared = {name.partition(".")[0] for name in ASKED["declares"]}
    given = {
        "elicitation": ("elicitation_handler", elicit),
        "sampling": ("sampling_handler", sample),
        "roots": ("roots", roots),
    }
    return {name: handler for kind, (name, handler) in given.items() if kind in declared}


async def hear(_progress: float, _total: float | None, _message: str | None) -> None:
    """Hear how far a call is."""


def _toolset() -> MCPToolset[Any]:
    wishes = [each for wish in ASKED["wishes"] for each in (wish, *wish.get("wishes", ()))]
    heard = any(wish.get("progress") for wish in wishes)  # of all calls, or of none
    return MCPToolset(_transport(), progress_handler=hear if heard else None, **_handlers())


def plain(value: object) -> Any:  # noqa: ANN401  # any JSON
    """Return what pydantic-ai gives as JSON."""
    return to_jsonable_python(value, by_alias=True, exclude_none=True)


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
