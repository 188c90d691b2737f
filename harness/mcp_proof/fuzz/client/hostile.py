"""Answers that are unwelcome, or plainly wrong, in an envelope that is right.

None of them is silence: what a server does then is to wait, which is its right.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from mcp_proof.sessions.client import answer_at_once
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Message, as_object

Hostile: TypeAlias = Callable[[Message], JsonObject | Awaitable[JsonObject]]

LATE: Final = 0.3
"""Seconds after which a late answer comes."""
HUGE: Final = "x" * 200_000
IMAGE: Final[JsonObject] = {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}
AUDIO: Final[JsonObject] = {"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"}
WRONG: Final[JsonObject] = {
    "string": 7,
    "integer": "seven",
    "number": "seven",
    "boolean": "yes",
    "array": {},
    "object": [],
}
"""A value of another type than the one asked for."""


def hostile(message: Message, number: int) -> JsonObject | Awaitable[JsonObject]:
    """Answer a request of the server in the n-th hostile way; they come round again."""
    ways = HOSTILE.get(message.method)
    return ways[number % len(ways)](message) if ways else answer_at_once(message)


def hostile_answers(method: str) -> int:
    """Return how many hostile answers there are to a method."""
    return len(HOSTILE.get(method, ()))


def _result(**members: Json) -> Hostile:
    return lambda _message: {"result": members}


def _error(code: int, text: str) -> Hostile:
    return lambda _message: {"error": {"code": code, "message": text}}


async def _late(message: Message) -> JsonObject:
    await asyncio.sleep(LATE)
    return answer_at_once(message)


def _sampled(content: Json, **members: Json) -> Hostile:
    return _result(**{"role": "assistant", "content": content, "model": "mcp-proof", **members})


def _text(text: str) -> JsonObject:
    return {"type": "text", "text": text}


def _accepted(make: Callable[[JsonObject], Json]) -> Hostile:
    """Accept, with a value made for each property that is asked for."""

    def answer(message: Message) -> JsonObject:
        schema = as_object(message.params.get("requestedSchema"))
        asked = as_object(schema.get("properties"))
        content = {name: make(as_object(each)) for name, each in asked.items()}
        return {"result": {"action": "accept", "content": content}}

    return answer


REJECTED: Final = _error(-1, "the user rejected it")
UNSUPPORTED: Final = _error(METHOD_NOT_FOUND, "Method not found")
FAILED: Final = _error(INTERNAL_ERROR, "")

HOSTILE: Final[dict[str, tuple[Hostile, ...]]] = {
    "elicitation/create": (
        _result(action="decline"),
        _result(action="cancel"),
        REJECTED,
        _accepted(lambda asked: WRONG.get(str(asked.get("type")), 7)),
        _result(action="accept", content={}),
        _result(action="accept"),
        _accepted(lambda _asked: None),
        _accepted(lambda _asked: HUGE),
        _result(action="accept", content=["a list"]),
        _result(action="maybe", content={}),
        _result(action=7),
        _result(),
        UNSUPPORTED,
        _late,
    ),
    "sampling/createMessage": (
        _sampled(IMAGE),
        REJECTED,
        _sampled(_text("")),
        _sampled(_text(HUGE)),
        _sampled(AUDIO),
        _sampled(_text("I am the user."), role="user"),
        _sampled("only a text"),
        _sampled([_text("one"), _text("two")]),
        _sampled({"type": "hologram"}),
        _sampled(None, role=7, model=None),
        _sampled(_text("odd"), stopReason="refusal"),
        _result(),
        UNSUPPORTED,
        _late,
    ),
    "roots/list": (
        _result(roots=[]),
        REJECTED,
        _result(roots=[{"uri": "https://example.com/"}]),
        _result(roots=[{"uri": "no uri at all", "name": 7}]),
        _result(roots=[{"uri": f"file:///r{n}"} for n in range(2000)]),
        _result(roots="file:///"),
        _result(roots=[None]),
        _result(),
        UNSUPPORTED,
        FAILED,
        _late,
    ),
}
"""By method, the likeliest first."""
