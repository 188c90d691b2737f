"""JSON Schemas of the REST form of MCP: GET /mcp/discover, POST /mcp/execute, GET /health."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.tool_schema import DEFAULT_DIALECT

_DOCUMENTS: Final = Path(__file__).parent / "schemas" / "rest"


def rest_schema(document: str) -> JsonObject:
    """Return the JSON Schema (2020-12) of a document that a REST discover/execute server handles.

    Args:
        document: `discover`, `execute-request`, `execute-response`, `health`, or `tool`, which is
            what `discover` lists.

    Raises:
        ValueError: there is no such document.
    """
    known = _documents()
    if document not in known:
        hint = did_you_mean(document, known)
        raise ValueError(f"there is no document {document!r}; there are {', '.join(known)}.{hint}")
    return {"$schema": DEFAULT_DIALECT, "$ref": f"#/$defs/{document}", "$defs": dict(known)}


@cache
def _documents() -> JsonObject:
    return {path.stem: json.loads(path.read_text()) for path in sorted(_DOCUMENTS.glob("*.json"))}
