"""Answers that are set from Python: a value, or a function of the arguments."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import shown
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.stage import Stage

Handler: TypeAlias = Callable[[JsonObject], "Json | Awaitable[Json]"]
"""Takes the arguments of a call and returns what it answers, at once or later."""


class HandledAnswer:
    """Answers in place of a script.

    A string becomes a block of text; an object with `content` is the whole result; anything else is
    structured content. What a function raises becomes a result with `isError`, as official SDKs
    have it, and the server notes it, so that `verify` of a strict one names it; a `RefusalError`
    becomes the JSON-RPC error that it is.

    Raises:
        TypeError: the value is none that JSON can hold, or its `content` is no list of blocks.
    """

    def __init__(self, response: "Json | Handler") -> None:
        self._response = response
        if not callable(response):
            _check(response)

    async def answer(self, server: Stage, call: Call, arguments: JsonObject) -> JsonObject:
        """Return the answer to one call, as the contract file has answers."""
        call.detach("")
        if not callable(self._response):
            return _answer(self._response)
        try:
            value = self._response(arguments)
            if inspect.isawaitable(value):
                value = await call.waiting.until(asyncio.ensure_future(value))
            _check(value)
        except RefusalError:
            raise
        except Exception as error:  # noqa: BLE001  # a handler stands for a tool that may fail anyhow
            raised = f"{type(error).__name__}: {error}"
            server.unexpected(f"tools/call {call.params.get('name')}: its handler raised {raised}")
            return {"error": raised}
        return _answer(value)


def _check(value: Json) -> None:
    encode(value)
    if not isinstance(value, Mapping) or "content" not in value:
        return
    content = value["content"]
    if not isinstance(content, list | tuple) or not all(map(_is_block, content)):
        raise TypeError(
            f"`content` must be a list of blocks, each an object with a `type`, is {shown(content)}"
        )


def _is_block(value: Json) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("type"), str)


def _answer(value: Json) -> JsonObject:
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, Mapping) and "content" in value:
        return {"result": value}
    return {"structured": value}
