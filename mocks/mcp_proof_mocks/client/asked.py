"""What the client answers to requests of the server, or to those of a result that asks for input.

One function per method; the file of its area registers it.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias

from mcp_proof_contracts.json_value import JsonObject

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

Answer: TypeAlias = "Callable[[MockClient, JsonObject], Awaitable[JsonObject]]"
"""Takes the client and the params; returns the result, or raises `RefusalError`."""
AREAS: Final = "mcp_proof_mocks.client.answers"

_ANSWERS: Final[dict[str, Answer]] = {}


def answers(method: str) -> Callable[[Answer], Answer]:
    """Register the decorated coroutine function as what answers a method."""

    def register(answer: Answer) -> Answer:
        _ANSWERS[method] = answer
        return answer

    return register


def answer_to(method: str) -> "Answer | None":
    """Return what answers a method; `None` where nothing does."""
    import_module(AREAS)
    return _ANSWERS.get(method)
