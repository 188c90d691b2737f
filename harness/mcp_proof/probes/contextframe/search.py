"""Stimuli of `search_documents`."""

from typing import Final

from mcp_proof.dialects.contextframe import ContextFrameServer
from mcp_proof.probe import probe
from mcp_proof.probes.contextframe.filters import telling_filter
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json

CONTEXTFRAME: Final = (Dialect.CONTEXTFRAME,)
PAGE: Final = 2
"""Documents on one page."""
PAGES: Final = 3
BEYOND: Final = 1_000_000
"""A place that no search reaches."""
BREAKS_OFF: Final = "metadata.index >"
UNKNOWN: Final = "mcp-proof-no-such-type"
BOUNDS: Final[dict[str, dict[str, Json]]] = {
    "the limit -1": {"limit": -1},
    "the offset -1": {"offset": -1},
}


@probe("contextframe-pages", dialects=CONTEXTFRAME)
async def pages(server: ContextFrameServer) -> None:
    """A search page by page, and from far beyond its end on."""
    query, found = await server.findable()
    if not (found and server.searches_by("limit", "offset")):
        return
    for number in range(PAGES):
        case = f"page {number + 1}"
        if not await server.search(case=case, query=query, limit=PAGE, offset=number * PAGE):
            break
    await server.search(case="beyond the end", query=query, limit=PAGE, offset=BEYOND)


@probe("contextframe-filter", dialects=CONTEXTFRAME)
async def filtered(server: ContextFrameServer) -> None:
    """A search with a filter that some of what it finds satisfies, and some does not."""
    query, found = await server.findable()
    text = telling_filter(found)
    if text is not None and server.searches_by("filter"):
        await server.search(case="telling", query=query, filter=text, limit=len(found))


@probe("contextframe-bad-filter", dialects=CONTEXTFRAME)
async def bad_filter(server: ContextFrameServer) -> None:
    """A search with a filter that breaks off."""
    if server.searches_by("filter"):
        await server.search(query="document", filter=BREAKS_OFF)


@probe("contextframe-search-type", dialects=CONTEXTFRAME)
async def search_type(server: ContextFrameServer) -> None:
    """A search of a type that no server has."""
    if server.searches_by("search_type"):
        await server.search(query="document", search_type=UNKNOWN)


@probe("contextframe-bounds", dialects=CONTEXTFRAME)
async def bounds(server: ContextFrameServer) -> None:
    """Searches with a negative number."""
    if server.searches_by("limit", "offset"):
        for case, wrong in BOUNDS.items():
            await server.search(case=case, query="document", **wrong)


@probe("contextframe-contents", dialects=CONTEXTFRAME)
async def contents(server: ContextFrameServer) -> None:
    """A search whose contents are not wanted."""
    query, found = await server.findable()
    if found and server.searches_by("include_content"):
        await server.search(query=query, include_content=False)
