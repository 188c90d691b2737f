"""Which JSON types a schema is about."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list

NESTING: Final = ("object", "array")

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


def types_of(kind: Json) -> list[Json]:
    """The types that a `type` names."""
    return [kind] if isinstance(kind, str) else list(as_list(kind))


def kinds(schema: JsonObject) -> list[Json]:
    """The types to choose from; without `type`, the one that the other keywords are about."""
    if "type" in schema:
        return types_of(schema["type"])
    for kind, keywords in _TELLTALES.items():
        if any(keyword in schema for keyword in keywords):
            return [kind]
    return ["string"]
