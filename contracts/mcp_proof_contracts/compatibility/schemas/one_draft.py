"""Schemas of every draft, in the words of one: else two of them could not be compared."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.embedded_schema import embedded_schema
from mcp_proof_contracts.subschemas import with_subschemas
from mcp_proof_contracts.wire import as_object

DRAFT_04: Final = "draft-04"
DRAFT_06: Final = "http://json-schema.org/draft-06/schema#"
LATER_THAN_4: Final = frozenset({"const", "contains", "propertyNames", "if", "then", "else"})
LIMITS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def in_one_draft(schema: JsonObject) -> JsonObject:
    """Return a schema of any draft as one of 2020-12 that admits the same values.

    Raises:
        UnembeddableError: it needs more than itself, or is no schema.
    """
    if DRAFT_04 in str(schema.get("$schema")):
        schema = {**as_object(_in_draft_06(schema)), "$schema": DRAFT_06}
    return embedded_schema(schema, "#")


def _in_draft_06(schema: Json) -> Json:
    if not isinstance(schema, dict):
        return schema
    known = {name: value for name, value in schema.items() if name not in LATER_THAN_4}
    changed = with_subschemas(known, lambda _, part: _in_draft_06(part))
    for exclusive, limit in LIMITS.items():
        if changed.pop(exclusive, False) is True and limit in changed:
            changed[exclusive] = changed.pop(limit)
    if "id" in changed:
        changed["$id"] = changed.pop("id")
    return changed
