"""Drives fastmcp 4's client."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from driving import ASKED, Wish, perform
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from mcp_types import PromptReference, ResourceTemplateReference
from pydantic_core import to_jsonable_python

USER = ASKED["user"]


def _transport() -> Any:  # noqa: ANN401  # one of three kinds
    if ASKED["server"]:
        program, *arguments = ASKED["server"]
        return StdioTransport(program, arguments, keep_alive=False)
    url = ASKED["url"]
    return SSETransport(url) if url.endswith("/sse") else StreamableHttpTransport(url)


async def elicit(*_asked: object) -> object:
    """Answer as the user: fastmcp takes the content of what is accepted."""
    from fastmcp.client.elicitation import ElicitResult  # noqa: PLC0415  # as its documentation has it

    said = USER["elicitation"]
    return ElicitResult(action=said["action"], content=said.get("content"))


async def sample(*_asked: object) -> str:
    """Answer as the model: fastmcp takes the text."""
    return str(USER["sampling"]["content"]["text"])


async def roots(_context: object) -> list[str]:
    """Say which roots there are."""
    if USER["roots"] == "fail":
        raise RuntimeError("the roots cannot be listed")
    return [root["uri"] for root in USER["roots"]]


async def hear(_progress: float, _total: float | None, _message: str | None) -> None:
    """Hear how far a call is."""


def _handlers() -> dict[str, Any]:
    declared = {name.partition(".")[0] for name in ASKED["declares"]}
    given = {
        "elicitation": ("elicitation_handler", elicit),
        "sampling": ("sampling_handler", sample),
        "roots": ("roots", roots),
    }
    return {name: handler for kind, (name, handler) in given.items() if kind in declared}


def plain(value: object) -> Any:  # noqa: ANN401  # any JSON
    """Return what fastmcp gives as JSON."""
    return to_jsonable_python(value, by_alias=True, exclude_none=True)


async def main() -> None:
    """Connect, do what is wished, and disconnect."""
    async with AsyncExitStack() as held:
        client = await held.enter_async_context(Client(_transport(), **_handlers()))

        async def reconnect() -> None:
            nonlocal client
            await held.aclose()
            client = await held.enter_async_context(Client(_transport(), **_handlers()))

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
