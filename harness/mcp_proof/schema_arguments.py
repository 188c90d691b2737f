"""Arguments that hold a JSON Schema, with another schema in its place."""

import json
from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, parse

KEYWORDS: Final = frozenset(
    {"$schema", "$ref", "$defs", "type", "properties", "items", "anyOf", "oneOf", "allOf", "enum"}
)
"""What shows that an object is a schema."""
DOUBLINGS: Final = 18
"""How often the costly schema doubles what a validator has to do."""


def schema_in(arguments: JsonObject) -> tuple[str, JsonObject] | None:
    """Return the argument that is a schema, be it as text, and that schema."""
    for name, value in arguments.items():
        schema = _read(value)
        if schema is not None and KEYWORDS & set(schema):
            return name, schema
    return None


def with_schema(arguments: JsonObject, name: str, schema: JsonObject) -> JsonObject:
    """Return the arguments with another schema, as an object or text as the one before was."""
    as_text = isinstance(arguments[name], str)
    return {**arguments, name: json.dumps(schema) if as_text else schema}


def referring(schema: JsonObject, reference: str) -> JsonObject:
    """Return a schema that demands also what a reference leads to."""
    return {**schema, "allOf": [*as_list(schema.get("allOf")), {"$ref": reference}]}


def costly(schema: JsonObject) -> JsonObject:
    """Return a schema that allows the same, in a few hundred thousand steps."""
    definitions: dict[str, Json] = dict(as_object(schema.get("$defs")))
    for number in range(DOUBLINGS):
        both: Json = {"$ref": f"#/$defs/mcp-proof-{number + 1}"}
        definitions[f"mcp-proof-{number}"] = {"allOf": [both, both]}
    definitions[f"mcp-proof-{DOUBLINGS}"] = {"minProperties": 0}
    return {**referring(schema, "#/$defs/mcp-proof-0"), "$defs": definitions}


def _read(value: Json) -> JsonObject | None:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = parse(value.encode()).value
    return value if isinstance(value, Mapping) else None
