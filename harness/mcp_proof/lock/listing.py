"""A list of a server, as far as it could be read, and why no further."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_proof.tool_server import MAX_PAGES
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object

Ask: TypeAlias = Callable[[JsonObject], Awaitable["Page"]]
"""Asks for the page that the params name."""
CURSOR: Final = "nextCursor"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a result, or why there is none."""

    result: JsonObject | None
    why: str = ""
    missing: bool = False
    """Whether the server has no such method, and so nothing to list."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server lists."""

    items: tuple[JsonObject, ...] = ()
    why: str = ""
    """Why it could not be read to its end; empty where it was."""


async def walked(ask: Ask, member: str) -> Listing:
    """Follow the pages of a list to its end."""
    items: list[JsonObject] = []
    cursors: set[str] = set()
    params: JsonObject = {}
    for number in range(1, MAX_PAGES + 1):
        page = await ask(params)
        if page.result is None:
            return Listing(tuple(items), "" if page.missing and number == 1 else page.why)
        held = page.result.get(member)
        if not isinstance(held, list):
            return Listing(tuple(items), f"page {number} has no list `{member}`")
        items += map(as_object, held)
        cursor = page.result.get(CURSOR)
        if not isinstance(cursor, str):
            return Listing(tuple(items))
        if cursor in cursors:
            return Listing(tuple(items), f"the cursor {excerpt(cursor)} leads back to itself")
        cursors.add(cursor)
        params = {"cursor": cursor}
    return Listing(tuple(items), f"it has more than {MAX_PAGES} pages")
