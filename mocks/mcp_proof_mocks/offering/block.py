"""Content at each revision."""

from collections.abc import Mapping

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import CONTENT_SINCE, Revision
from mcp_proof_mocks.script.template import text_of


def may_be_structured(revision: Revision, value: Json) -> bool:
    """Whether `structuredContent` can hold a value: only objects before 2026-07-28."""
    if not revision.features.structured_output:
        return False
    return isinstance(value, Mapping) or revision >= Revision.R2026_07_28


def known_block(revision: Revision, block: JsonObject) -> JsonObject:
    """Return a block that `revision` knows; one that it does not becomes text that says so."""
    kind = str(block.get("type"))
    since = CONTENT_SINCE.get(kind)
    if since is not None and revision < since:
        return {"type": "text", "text": f"[content of type {kind}, which {revision} does not have]"}
    return block


def scripted_block(revision: Revision, block: JsonObject) -> JsonObject:
    """Return a block of the contract, its slots filled, as `revision` knows it."""
    known = known_block(revision, block)
    # A slot may have brought a number, or nothing.
    return {**known, "text": text_of(known.get("text"))} if known.get("type") == "text" else known
