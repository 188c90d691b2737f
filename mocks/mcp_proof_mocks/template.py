"""Templates over arguments: `{{ city }}` and `{{ place.city }}` are replaced, nothing is run."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from mcp_proof_contracts.headers import value_at
from mcp_proof_contracts.json_value import Json, JsonObject

_SLOT: Final = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")


def fill(value: Json, arguments: JsonObject) -> Json:
    """Return `value` with every slot in its strings filled from the arguments.

    A string that is one slot alone takes the argument's own JSON type; a missing one is "".
    """
    if isinstance(value, str):
        whole = _SLOT.fullmatch(value)
        if whole is not None:
            return value_at(arguments, tuple(whole[1].split(".")))
        return _SLOT.sub(lambda slot: _text(value_at(arguments, tuple(slot[1].split(".")))), value)
    if isinstance(value, Mapping):
        return {name: fill(member, arguments) for name, member in value.items()}
    if isinstance(value, Sequence):
        return [fill(item, arguments) for item in value]
    return value


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
