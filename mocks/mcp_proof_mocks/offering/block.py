"""Content blocks at each revision."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import CONTENT_SINCE, Revision
from mcp_proof_mocks.script.template import text_of


def known_block(revision: Revision, block: JsonObject) -> Json:
    """Return a block that `revision` knows; one that it does not becomes text that says so."""
    kind = str(block.get("type"))
    since = CONTENT_SINCE.get(kind)
    if since is not None and revision < since:
        return {"type": "text", "text": f"[content of type {kind}, which {revision} does not have]"}
    # A slot may have brought a number, or nothing.
    return {**block, "text": text_of(block.get("text"))} if kind == "text" else block
