"""JSON Schemas of the REST form of MCP: GET /mcp/discover, POST /mcp/execute, GET /health."""

from typing import Final

from mcp_proof_contracts.dialect_schema import dialect_schema
from mcp_proof_contracts.json_value import JsonObject

DRAFT_07: Final = "http://json-schema.org/draft-07/schema#"
"""The dialect of a tool's schemas that name none."""


def rest_schema(document: str) -> JsonObject:
    """Return the JSON Schema (2020-12) of a document that a REST discover/execute server handles.

    Args:
        document: `discover`, `execute-request`, `execute-response`, `health`, or `tool`, which is
            what `discover` lists.

    Raises:
        ValueError: there is no such document.
    """
    return dialect_schema("rest", document)


def in_draft_07(schema: JsonObject) -> JsonObject:
    """Return the schema of a tool with the dialect that it is of, be it unsaid."""
    return {"$schema": DRAFT_07, **schema}
