"""What a JSON-RPC message says of the call that it answers."""

from typing import Final

import orjson

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, id_key, parse

SHOWN: Final = 100
"""Characters of the server's words that tell of a failure."""
ASKS: Final = "it asks for input (input_required), which no user under load gives"


def read(body: bytes) -> Json:
    """Return what a body says; `None` where it is no JSON."""
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return parse(body).value
    return value


def answers(message: JsonObject) -> bool:
    """Whether a message is a response."""
    return "result" in message or "error" in message


def is_id(said: Json, number: int) -> bool:
    """Whether an id is the one that a request had, whatever JSON made of it.

    `42.0` and `4.2e1` are the same number; what is `"42"` now is nobody else's, and no matter here.
    """
    return said == number or id_key(said)[1] == str(number)


def failure_in(response: JsonObject) -> str:
    """Say in short what went wrong; "" for a good answer.

    Args:
        response: a message that is a response.
    """
    error = response.get("error")
    if error is not None:
        return _error(as_object(error))
    result = as_object(response.get("result"))
    if result.get("isError"):
        return _own_words(result)
    return ASKS if result.get("resultType") == "input_required" else ""


def _error(error: JsonObject) -> str:
    return excerpt(f"error {error.get('code')}: {error.get('message')}", SHOWN)


def _own_words(result: JsonObject) -> str:
    for block in as_list(result.get("content")):
        if text := as_object(block).get("text"):
            return excerpt(f"isError: {text}", SHOWN)
    return "isError"
