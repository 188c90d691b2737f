"""C5: all pages of a search are fetched, each once."""

from typing import NamedTuple

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, calls
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list, as_object, quote


class Page(NamedTuple):
    """A page as it was asked for, and how many things came."""

    call: Call
    position: Json
    """The offset or the cursor; `None` is the beginning."""
    items: int
    next: Json
    """Where the next page begins; `None` where there is none."""


@promised("client-paging-complete", "paging", "no search of several pages came to an end")
def complete(read: Reading, terms: Terms) -> Observations:
    """A search goes on until a page is empty, or says that it is the last.

    What is left out by a client that stops early is missed by nobody but its user. Looked at: the
    last page that was asked for, once the client has ended by itself. A page that is not full may
    be taken for the last one.
    """
    pages = _pages(read, terms)
    if not pages or not ended_by_itself(read):
        return
    last = max(pages, key=lambda page: _order(page, pages))
    by_cursor = terms.text("by") == "cursor"
    over = last.next is None if by_cursor else last.items < terms.count("limit")
    if over:
        yield Kept(last.call.event)
    else:
        yield Finding(
            message=f"the page after {quote(last.position)} was not asked for",
            expected=f"a call for the page at {quote(last.next)}",
            actual=f"{len(pages)} pages, of which the last has {last.items} items",
            events=last.call.evidence,
        )


@promised("client-paging-exact", "paging", "no second page was asked for")
def exact(read: Reading, terms: Terms) -> Observations:
    """Each page begins where the one before it has ended, and none is fetched twice.

    Otherwise things come twice, or are left out. Looked at: the offset or the cursor of each call
    of a search, in whatever order, beside where the pages end that were answered; nothing follows a
    page that is empty.
    """
    pages = _pages(read, terms)
    beginning: Json = 0 if terms.text("by") == "offset" else None
    known = [beginning, *(page.next for page in pages if page.next is not None)]
    seen: list[Json] = []
    for number, page in enumerate(pages):
        position = page.position
        again = position in seen
        if position not in known or again:
            yield Finding(
                message=f"the page at {quote(position)} was asked for"
                + (" again" if again else ", where no page begins"),
                expected="pages that begin where others end, each once",
                actual=quote(position),
                events=(*(pages[number - 1].call.evidence if number else ()), page.call.event),
            )
        elif number:
            yield Kept(page.call.event)
        seen.append(position)


def _pages(read: Reading, terms: Terms) -> list[Page]:
    """Return the pages of the search, a page that failed left out."""
    found: list[Page] = []
    for call in calls(read):
        if call.tool != terms.text("tool") or not call.well:
            continue
        value = as_object(as_object(call.value).get("structuredContent")) or as_object(call.value)
        items = len(as_list(value.get(terms.text("items"))))
        if terms.text("by") == "cursor":
            position, following = call.arguments.get("cursor"), value.get("next_cursor")
        else:
            position = call.arguments.get("offset", 0)
            begin = position if isinstance(position, int) else 0
            following = begin + items if items else None
        found.append(Page(call, position, items, following))
    return found


def _order(page: Page, pages: list[Page]) -> float:
    """Which page is the furthest: pages may be asked for in any order."""
    if isinstance(page.position, int):
        return page.position
    return pages.index(page)
