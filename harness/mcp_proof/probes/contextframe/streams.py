"""Stimuli of the event streams: who listens, and what is done meanwhile."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

from mcp_proof.dialects.contextframe import ContextFrameServer
from mcp_proof.dialects.event_stream import EventStream
from mcp_proof.probe import probe
from mcp_proof.probes.contextframe.filters import telling_filter
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

CONTEXTFRAME: Final = (Dialect.CONTEXTFRAME,)
ADD: Final = "add_document"
QUIET: Final = 0.3
"""Seconds for which is listened to a server that may change its dataset or not."""
MARK: Final = "mcp_proof_mark"
MARKED: Final = f"metadata.{MARK} > 1"
LISTENERS: Final[Mapping[str, Mapping[str, str]]] = {
    "everything": {},
    "documents": {"resource_type": "documents"},
    "collections": {"resource_type": "collections"},
}
BATCHES: Final = ("batch_extract", "batch_enhance", "batch_generate_embeddings")
MAX_OPERATIONS: Final = 3


@probe("contextframe-changes", dialects=CONTEXTFRAME)
async def changes(server: ContextFrameServer) -> None:
    """Several that listen, each to something else, while documents are added where that may be."""
    async with AsyncExitStack() as stack:
        heard = {
            case: await stack.enter_async_context(server.changes(case=case, **query))
            for case, query in LISTENERS.items()
        }
        if server.usable(ADD) is not None:
            marked = server.changes(case="marked", resource_type="documents", filter=MARKED)
            await _add(server, await stack.enter_async_context(marked))
            return
        await heard["everything"].until(lambda _events: False, QUIET)
        shown = [as_object(as_object(each).get("document")) for each in heard["everything"].events]
        text = telling_filter([document for document in shown if document])
        if text is not None:
            query = {"resource_type": "documents", "filter": text}
            again = await stack.enter_async_context(server.changes(case="filtered", **query))
            await again.until(bool, QUIET)


async def _add(server: ContextFrameServer, marked: EventStream) -> None:
    """Add two documents. Who hears of the second has heard of the first before, or never will."""
    for mark in (1, 2):
        added: JsonObject = {
            "content": f"A document of mcp-proof, {mark}",
            "metadata": {MARK: mark},
        }
        await server.called(ADD, added, case=f"mark {mark}")
    await marked.until(_second, server.timeout)


def _second(events: Sequence[Json]) -> bool:
    documents = (as_object(as_object(event).get("document")) for event in events)
    return any(as_object(each.get("metadata")).get(MARK) == 2 for each in documents)  # noqa: PLR2004  # the mark of the second


@probe("contextframe-progress", dialects=CONTEXTFRAME)
async def progress(server: ContextFrameServer) -> None:
    """The operations that calls have begun, each followed to its end."""
    _, found = await server.findable()
    ids: list[Json] = [document["uuid"] for document in found if "uuid" in document]
    for name in BATCHES:
        if ids and server.usable(name) is not None:
            await server.called(name, {"document_ids": ids[:3]}, case=name)
    for operation in server.operations[-MAX_OPERATIONS:]:
        await server.followed(operation)
