"""Templates: `{{ city }}` and `{{ place.city }}` are replaced by arguments, nothing is run.

Beside the arguments there are `{{ $inputs.NAME… }}`, what the client answered to an `ask`,
`{{ $call }}`, the number of the call, and `{{ $state }}`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import orjson

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

Fill: TypeAlias = Callable[[JsonObject], Json]

_SLOT: Final = re.compile(r"\{\{\s*(\$?[\w.-]+)\s*\}\}")


def template(value: Json) -> Fill:
    """Prepare a value whose strings may have slots.

    A string that is one slot alone takes the JSON type of what fills it; a missing one is null, or
    "" inside a text.
    """
    if not _has_slot(value):
        return lambda _scope: value
    return lambda scope: _filled(value, scope)


def _has_slot(value: Json) -> bool:
    if isinstance(value, str):
        return _SLOT.search(value) is not None
    if isinstance(value, Mapping):
        return any(_has_slot(member) for member in value.values())
    return isinstance(value, Sequence) and any(_has_slot(item) for item in value)


def _filled(value: Json, scope: JsonObject) -> Json:
    if isinstance(value, str):
        whole = _SLOT.fullmatch(value)
        if whole is not None:
            return _at(scope, whole[1])
        return _SLOT.sub(lambda slot: _text(_at(scope, slot[1])), value)
    if isinstance(value, Mapping):
        return {name: _filled(member, scope) for name, member in value.items()}
    if isinstance(value, Sequence):
        return [_filled(item, scope) for item in value]
    return value


def _at(scope: JsonObject, path: str) -> Json:
    if path in scope:
        return scope[path]
    value: Json = scope
    for name in path.split("."):
        if isinstance(value, list) and name.isdigit():
            value = next(iter(as_list(value)[int(name) :]), None)
        else:
            value = as_object(value).get(name)
    return value


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
