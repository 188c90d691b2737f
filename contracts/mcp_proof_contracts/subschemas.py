"""Where a JSON Schema holds others: the keywords, and what is held."""

from collections.abc import Callable, Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

ONE: Final = (
    *("additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if"),
    *("items", "not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
)
"""The keywords that hold a schema."""
SEVERAL: Final = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
NAMED: Final = (
    *("$defs", "definitions", "dependencies", "dependentSchemas"),
    *("patternProperties", "properties"),
)
"""The keywords that hold schemas by names which their author chose."""


def subschemas(schema: JsonObject) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield what a schema holds, each with the way there."""
    for keyword, value in schema.items():
        if keyword in NAMED:
            for name, part in as_object(value).items():
                yield (keyword, name), part
        elif keyword in SEVERAL and isinstance(value, list):
            for number, part in enumerate(value):
                yield (keyword, number), part
        elif keyword in ONE:
            yield (keyword,), value


def with_subschemas(schema: JsonObject, change: Callable[[str, Json], Json]) -> dict[str, Json]:
    """Return a schema in which each that it holds is what `change` makes of it and its keyword."""
    changed = dict(schema)
    for keyword, value in schema.items():
        if keyword in NAMED:
            parts = as_object(value).items()
            changed[keyword] = {name: change(keyword, part) for name, part in parts}
        elif keyword in SEVERAL and isinstance(value, list):
            changed[keyword] = [change(keyword, part) for part in value]
        elif keyword in ONE:
            changed[keyword] = change(keyword, value)
    return changed
