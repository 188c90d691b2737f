"""Templates: `{{ city }}` and `{{ place.city }}` are replaced by arguments, nothing is run.

Beside the arguments there are `{{ $inputs.NAME… }}`, what the client answered to an `ask`,
`{{ $call }}`, the number of the call, and `{{ $state }}`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, encode

Fill: TypeAlias = Callable[[JsonObject], Json]

_SLOT: Final = re.compile(r"\{\{\s*(\$?[\w.-]+)\s*\}\}")


def template(value: Json) -> Fill:
    """Prepare a value whose strings may have slots; what has none is not looked at again.

    A string that is one slot alone takes the JSON type of what fills it; a missing one is null, or
    "" inside a text.
    """
    return _compiled(value) or (lambda _scope: value)


def _compiled(value: Json) -> Fill | None:
    """How a value is filled; `None` for one without slots."""
    if isinstance(value, str):
        return _compiled_text(value)
    if isinstance(value, Mapping):
        members = {name: fill for name, v in value.items() if (fill := _compiled(v)) is not None}
        if not members:
            return None
        return lambda scope: {**value, **{name: fill(scope) for name, fill in members.items()}}
    if isinstance(value, Sequence):
        items = [_compiled(item) for item in value]
        if not any(items):
            return None
        pairs = list(zip(value, items, strict=True))
        return lambda scope: [item if fill is None else fill(scope) for item, fill in pairs]
    return None


def _compiled_text(text: str) -> Fill | None:
    whole = _SLOT.fullmatch(text)
    if whole is not None:
        return _path(whole[1])
    if _SLOT.search(text) is None:
        return None
    parts = _SLOT.split(text)  # what stands between slots, and their paths, in turn
    pieces = [_text_at(part) if i % 2 else part for i, part in enumerate(parts)]
    return lambda scope: "".join([p if isinstance(p, str) else p(scope) for p in pieces])


def _text_at(path: str) -> Callable[[JsonObject], str]:
    fill = _path(path)
    return lambda scope: text_of(fill(scope))


def _path(path: str) -> Fill:
    names = path.split(".")
    return lambda scope: scope[path] if path in scope else _at(scope, names)


def _at(scope: JsonObject, names: Sequence[str]) -> Json:
    value: Json = scope
    for name in names:
        if isinstance(value, list):
            items = as_list(value)
            value = items[int(name)] if name.isdecimal() and int(name) < len(items) else None
        else:
            value = as_object(value).get(name)
    return value


def text_of(value: Json) -> str:
    """Return a value as text: what is none is shown as JSON, and nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else encode(value).decode()
