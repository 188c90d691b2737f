"""Members inside a reply, by their path."""

from collections.abc import Callable, Mapping, Sequence

from mcp_proof_contracts.json_value import Json


def changed(value: Json, path: Sequence[str], change: Callable[[Json], Json]) -> Json:
    """Return `value` with the member at `path` changed, or as it is when it has no such member."""
    if not path:
        return change(value)
    name, *rest = path
    if not isinstance(value, Mapping) or name not in value:
        return value
    return {**value, name: changed(value[name], rest, change)}


def without(value: Json, path: Sequence[str]) -> Json:
    """Return `value` without the member at `path`."""
    *outer, last = path

    def drop(holder: Json) -> Json:
        if not isinstance(holder, Mapping):
            return holder
        return {name: member for name, member in holder.items() if name != last}

    return changed(value, outer, drop)
