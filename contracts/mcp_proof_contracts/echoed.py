"""What a server gives back of the arguments that it was asked with: the client's doing."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

SOUND: Final[Mapping[str, str]] = {"uri": "x:x", "data": "", "blob": "", "mimeType": "x/x"}
"""The members of content that have to have a form, each with a value that has it."""
TELLING: Final = 5
"""Characters from which on an argument cannot stand inside another value by chance."""


def without_echoes(block: JsonObject, exchange: Exchange) -> JsonObject:
    """Return a content block in which what came from the arguments is sound.

    Whoever asks for the resource "mcp-proof" gets one whose URI is "mcp-proof": that is the fault
    of the question.

    Args:
        block: the content as the server gave it.
        exchange: the request, with its arguments, for which it came.
    """
    arguments = as_object(exchange.sent.message.params.get("arguments"))
    given = [value for value in arguments.values() if isinstance(value, str)]
    return {name: _sound(name, value, given) for name, value in block.items()} if given else block


def _sound(name: str, value: Json, given: list[str]) -> Json:
    if isinstance(value, dict):
        return {inner: _sound(inner, member, given) for inner, member in value.items()}
    if name in SOUND and isinstance(value, str) and _is_echo(value, given):
        return SOUND[name]
    return value


def _is_echo(value: str, given: list[str]) -> bool:
    return any(each == value or (len(each) >= TELLING and each in value) for each in given)
