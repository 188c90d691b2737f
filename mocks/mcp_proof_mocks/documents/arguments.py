"""What the document tools cannot do without, whatever the schemas of a contract let through."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject

TEXT: Final[JsonObject] = {"type": "string"}
TEXTS: Final[JsonObject] = {"type": "array", "items": TEXT}
COUNT: Final[JsonObject] = {"type": "integer", "minimum": 0}
SEARCH_TYPES: Final[JsonObject] = {"enum": ["text", "vector", "hybrid"]}


def _with(needed: str, kind: JsonObject, **others: Json) -> JsonObject:
    return {"type": "object", "properties": {needed: kind, **others}, "required": [needed]}


DEMANDED: Final[Mapping[str, JsonObject]] = {
    "search_documents": _with("query", TEXT, limit=COUNT, offset=COUNT, search_type=SEARCH_TYPES),
    "get_document": _with("document_id", TEXT),
    "batch_get_documents": _with("document_ids", TEXTS),
    "add_document": _with("content", TEXT),
    "batch_import": _with("file_paths", TEXTS),
    "batch_extract": _with("document_ids", TEXTS),
    "batch_enhance": _with("document_ids", TEXTS),
    "batch_generate_embeddings": _with("document_ids", TEXTS),
}
"""The schemas of arguments, by the names of the tools."""
