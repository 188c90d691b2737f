"""Answers that are set from Python: a value, or a function of the arguments."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
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
    have it; a `RefusalError` becomes the JSON-RPC error that it is.

    Raises:
        TypeError: the value is none that JSON can hold.
    """

    def __init__(self, response: "Json | Handler") -> None:
        self._response = response
        if not callable(response):
            encode(response)

    async def answer(self, server: Stage, call: Call, arguments: JsonObject) -> JsonObject:  # noqa: ARG002  # as scripts answer
        """Return the answer to one call, as the contract file has answers."""
        call.detach("")
        if not callable(self._response):
            return _answer(self._response)
        try:
            value = self._response(arguments)
            if inspect.isawaitable(value):
                value = await call.waiting.until(asyncio.ensure_future(value))
            encode(value)
        except RefusalError:
            raise
        except Exception as error:  # noqa: BLE001  # a handler stands for a tool that may fail anyhow
            return {"error": f"{type(error).__name__}: {error}"}
        return _answer(value)


def _answer(value: Json) -> JsonObject:
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, Mapping) and "content" in value:
        return {"result": value}
    return {"structured": value}
