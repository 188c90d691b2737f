"""Which JSON types a schema is about."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

NESTING: Final = ("object", "array")

_USUAL: Final = ("string", "integer", "number", "boolean", "object", "array", "null")

_TELLTALES: Final[Mapping[str, tuple[str, ...]]] = {
    "object": (
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    ),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def _types_of(kind: Json) -> list[Json]:
    """The types that a `type` names."""
    return [kind] if isinstance(kind, str) else list(as_list(kind))


def shared_types(one: Json, other: Json) -> list[Json]:
    """The types that two `type`s have in common; every integer is a number."""
    types, others = _types_of(one), _types_of(other)
    shared = [kind for kind in types if kind in others]
    mixed = "number" in types + others and "integer" in types + others
    return [*shared, "integer"] if mixed and "integer" not in shared else shared


def kinds(schema: JsonObject) -> list[Json]:
    """The types to choose from; without `type`, the one that the other keywords are about."""
    if "type" in schema:
        return _types_of(schema["type"])
    for kind, keywords in _TELLTALES.items():
        if any(keyword in schema for keyword in keywords):
            return [kind]
    unwanted = _types_of(as_object(schema.get("not")).get("type"))
    wanted: list[Json] = [kind for kind in _USUAL if kind not in unwanted]
    return wanted[:1]
