"""What a request means: by this it is found again, whoever sends it and however it is written."""

from hashlib import blake2b
from typing import Any, Final

import orjson

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.wire import encode, is_integer

IMMATERIAL: Final = ("_meta", "inputResponses")
"""The params that say who asks, how the answer is to be followed, and what the user answered."""
LONGEST_KEY: Final = 256
"""Bytes of a meaning that are kept as they are; of a longer one it is the hash."""
HASH_BYTES: Final = 16
SORTED: Final = orjson.OPT_SORT_KEYS


def request_key(method: str, params: JsonObject) -> bytes:
    """Return what the requests of JSON-RPC have in common that mean the same.

    Whatever a client says of itself, at the beginning or in `_meta`, is no part of it.
    """
    return key([method, meant(params)])


def own_request_key(method: str, params: dict[str, Any]) -> bytes:
    """Return the same of params that nobody needs any more: what is no part of it is taken away."""
    params.pop("_meta", None)
    params.pop("inputResponses", None)
    if not params.get("arguments", True):
        del params["arguments"]
    return key([method, params])


def meant(params: JsonObject) -> JsonObject:
    """Return the params that make a request what it is; no arguments are as good as none."""
    return {
        name: value
        for name, value in params.items()
        if name not in IMMATERIAL and (value or name != "arguments")
    }


def key(value: list[Any]) -> bytes:
    """Return the same bytes for the same values, however they were written."""
    if value[0] in OPENINGS:
        value = value[:1]
    try:
        text = orjson.dumps(value, option=SORTED)
    except TypeError:  # a number that is too large, or half a character
        text = encode(_ordered(value))
    if b".0" in text:  # 1.0 is 1 in JSON
        text = encode(_ordered(_whole(value)))
    if len(text) > LONGEST_KEY:
        return blake2b(text, digest_size=HASH_BYTES).digest()
    return text[1:]  # a copy: what orjson returns keeps the thousands of bytes it was written in


def is_hash(known: bytes) -> bool:
    """Whether a key is the hash of a long meaning, and not the meaning itself."""
    if len(known) != HASH_BYTES:
        return False
    try:
        orjson.loads(b"[" + known)
    except orjson.JSONDecodeError:
        return True
    return False


def _whole(value: Any) -> Any:  # noqa: ANN401  # any JSON
    kind = value.__class__
    if kind is dict:
        return {name: _whole(item) for name, item in value.items()}
    if kind is list:
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and is_integer(value) else value


def _ordered(value: Any) -> Any:  # noqa: ANN401  # any JSON
    kind = value.__class__
    if kind is dict:
        return {name: _ordered(value[name]) for name in sorted(value)}
    return [_ordered(item) for item in value] if kind is list else value
