"""JSON Schemas of the documents that the dialects besides MCP exchange."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.tool_schema import DEFAULT_DIALECT, instance_problems

_SCHEMAS: Final = Path(__file__).parent / "schemas"


@cache
def dialect_schema(dialect: str, document: str) -> JsonObject:
    """Return the JSON Schema (2020-12) of a document of a dialect, such as `rest`, `discover`.

    Raises:
        ValueError: there is no such document.
    """
    known = _documents(dialect)
    if document not in known:
        hint = did_you_mean(document, known)
        raise ValueError(f"there is no document {document!r}; there are {', '.join(known)}.{hint}")
    return {"$schema": DEFAULT_DIALECT, "$ref": f"#/$defs/{document}", "$defs": dict(known)}


def document_problem(dialect: str, document: str, value: Json) -> str | None:
    """Return what is wrong first with a value that should be such a document, or `None`."""
    problems = instance_problems(dialect_schema(dialect, document), value)
    return f"{problems[0].pointer or '(whole)'}: {problems[0].message}" if problems else None


@cache
def _documents(dialect: str) -> JsonObject:
    folder = _SCHEMAS / dialect
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
