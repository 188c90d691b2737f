"""Arrays (core §10.3.1, validation §6.4)."""

import json
from typing import Final

from mcp_proof_contracts.generate.count import MOST, count
from mcp_proof_contracts.generate.draw import Draw
from mcp_proof_contracts.generate.intersection import all_of
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list

_USUAL: Final = 3
_TRIES: Final = 20


def an_array(schema: JsonObject, draw: Draw, room: int) -> Json:
    """Return an array of the items wanted, with a few more where that ends."""
    schemas = _schemas(schema, draw, room - 1)
    if schema.get("uniqueItems") is True:
        return _unique(schemas, count(schema, "minItems", 0), draw, room - 1)
    values: list[Json] = []
    for item in schemas:
        if draw.parts > MOST:
            break
        values.append(draw.of(item, room - 1))
    return values


def _schemas(schema: JsonObject, draw: Draw, room: int) -> list[Json]:
    """The schema of each item."""
    items = schema.get("items", schema.get("unevaluatedItems", True))
    first = list(as_list(schema.get("prefixItems")))
    if isinstance(items, list):  # before 2020-12
        first, items = items, schema.get("additionalItems", True)
    wanted = _wanted(schema)
    size = _size(schema, first, items, draw, room)
    schemas = [*first, *[items] * (size - len(first))][:size]
    if "contains" not in schema:
        return schemas
    start = max(0, min(len(first), size - wanted))
    last = start + wanted if "maxContains" in schema else size
    for place in range(start, min(last, size)):
        schemas[place] = all_of(schemas[place], schema["contains"])
    for place in range(last, size):
        schemas[place] = all_of(schemas[place], {"not": schema["contains"]})
    return schemas


def _wanted(schema: JsonObject) -> int:
    """How many items must be as `contains` says."""
    return count(schema, "minContains", 1) if "contains" in schema else 0


def _size(schema: JsonObject, first: list[Json], items: Json, draw: Draw, room: int) -> int:
    low = max(count(schema, "minItems", 0), _wanted(schema))
    most = len(first) if items is False else max(low, len(first)) + _USUAL
    high = count(schema, "maxItems", most)
    size = min(len(first), high) if draw.wants(all_of(*first), room) else 0
    if not first or "items" in schema or "additionalItems" in schema:
        while size < min(high, most) and draw.wants(items, room):
            size += 1
    return max(low, size)


def _unique(schemas: list[Json], least: int, draw: Draw, room: int) -> Json:
    values: dict[str, Json] = {}
    for place, item in enumerate(schemas):
        for _ in range(_TRIES):
            value = draw.of(item, room)
            if (text := json.dumps(value, sort_keys=True)) not in values:
                values[text] = value
                break
        else:
            if place >= least or draw.parts > MOST:
                break
    return list(values.values())
