"""The schema of values that were seen: their types, and the members that they have."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_check
from mcp_proof_contracts.wire import as_list, as_object

NUMERIC: Final = {"integer", "number"}
ORDER: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


def schema_of(value: Json) -> JsonObject:
    """Return the schema of one value."""
    kind = _kind(value)
    if isinstance(value, Mapping):
        properties: JsonObject = {name: schema_of(held) for name, held in sorted(value.items())}
        members: JsonObject = {"properties": properties, "required": sorted(value)}
        return {"type": kind, **({} if not value else members)}
    if isinstance(value, list) and value:
        first, *others = map(schema_of, value)
        for other in others:
            first = either(first, other)
        return {"type": kind, "items": first}
    return {"type": kind}


def widened(schema: JsonObject, value: Json) -> JsonObject:
    """Return a schema that admits a value besides; the same where it does already."""
    try:
        if instance_check(schema)(value):
            return schema
    except ValueError:
        pass  # it says too little to be used: what was seen takes its place
    return either(schema, schema_of(value))


def either(one: JsonObject, other: JsonObject) -> JsonObject:
    """Return a schema of what satisfies the one or the other."""
    kinds = {*_kinds(one), *_kinds(other)}
    if kinds >= NUMERIC:
        kinds.discard("integer")
    listed = sorted(kinds, key=ORDER.index)
    both: dict[str, Json] = {"type": listed[0] if len(listed) == 1 else list[Json](listed)}
    if "object" in kinds:
        both |= _members(one, other)
    items = [as_object(each["items"]) for each in (one, other) if "items" in each]
    if items:
        both["items"] = items[0] if len(items) == 1 else either(*items)
    return both


def _members(one: JsonObject, other: JsonObject) -> JsonObject:
    objects = [each for each in (one, other) if "object" in _kinds(each)]
    named = [as_object(each.get("properties")) for each in objects]
    first, second = named[0], named[-1]
    properties: JsonObject = {
        name: either(as_object(first[name]), as_object(second[name]))
        if name in first and name in second
        else as_object(first.get(name, second.get(name)))
        for name in sorted({*first, *second})
    }
    always = [{*map(str, as_list(each.get("required")))} for each in objects]
    required = sorted(always[0] & always[-1])
    told: dict[str, Json] = {"properties": properties} if properties else {}
    return {**told, "required": list[Json](required)} if required else told


def _kinds(schema: JsonObject) -> list[str]:
    said = schema.get("type")
    return [said] if isinstance(said, str) else [str(kind) for kind in as_list(said)]


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    # A boolean is an integer to Python, and goes first.
    named = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"))
    found = (name for kind, name in named if isinstance(value, kind))
    return next(found, "object" if isinstance(value, Mapping) else "array")
