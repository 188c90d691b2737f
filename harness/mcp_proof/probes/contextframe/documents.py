"""Stimuli of the tools that get documents."""

from typing import Final

from mcp_proof.dialects.contextframe import ContextFrameServer
from mcp_proof.probe import probe
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.contextframe import GET, GET_MANY

UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
"""The id of a document that no server has."""


@probe("contextframe-documents", dialects=(Dialect.CONTEXTFRAME,))
async def documents(server: ContextFrameServer) -> None:
    """Documents that a search has found, got by their ids, and one that nobody has."""
    _, found = await server.findable()
    ids = [str(document["uuid"]) for document in found if "uuid" in document]
    if server.usable(GET) is not None:
        for uuid in ids[:1]:
            for wanted, case in ((True, "found"), (False, "found, without its content")):
                await server.called(
                    GET, {"document_id": uuid, "include_content": wanted}, case=case
                )
        await server.called(GET, {"document_id": UNKNOWN, "include_content": True}, case="unknown")
    if server.usable(GET_MANY) is not None and ids:
        await server.called(GET_MANY, {"document_ids": [*ids[:2]]}, case="several")
