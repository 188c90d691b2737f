"""Pagination: cursors, and the pages they lead to."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonArray
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.walks import MEMBERS, walks
from mcp_proof_contracts.wire import as_list, as_object, encode

PAGE: Final = "utilities/pagination"
IDENTITIES: Final = ("uri", "uriTemplate", "name")
"""The member that names an item, the most telling one first."""


@rule(
    "page-next-cursor-type",
    "schema",
    f"{PAGE}#response-format",
    otherwise="no list was answered",
)
def page_next_cursor_type(read: Reading) -> Observations:
    """`nextCursor` is a string where it is present.

    The end of a list is told by leaving the member out; null is no string, and a client that
    sends it back asks for something that no schema allows. An empty string is a cursor.
    """
    for method in MEMBERS:
        for exchange in read.results(method):
            cursor = _next_cursor(exchange, "")
            if isinstance(cursor, str):
                yield Kept(exchange.sent.event)
            else:
                yield Finding.about(
                    exchange,
                    message=f"nextCursor of {method} is {encode(cursor).decode()}",
                    expected="a string, or no nextCursor",
                )


@rule(
    "page-walk-complete",
    "implied",
    f"{PAGE}#pagination-model",
    otherwise="no list has a second page",
)
def page_walk_complete(read: Reading) -> Observations:
    """Following the cursors shows each item once and comes to an end.

    A cursor stands for a position in the list: one that leads back makes a client loop or show
    items twice. Looked at: lists walked page by page. A server may never have a second page, and
    a page may be empty.
    """
    for method, member in MEMBERS.items():
        ordinary = (each for each in read.exchanges(method) if not each.probe)
        for walk in (each.exchanges for each in walks(method, ordinary)):
            wrong = _fault(walk, member)
            if wrong:
                yield Finding(
                    message=f"the pages of {method} {wrong}",
                    expected="every item once, and a last page without nextCursor",
                    actual=f"{len(walk)} pages, the last: {walk[-1].outcome}",
                    events=tuple(event for page in walk[-2:] for event in page.evidence),
                )
            elif len(walk) > 1 and walk[-1].served and _next_cursor(walk[-1]) is None:
                yield Kept(walk[-1].sent.event)


@rule(
    "page-invalid-cursor-32602",
    "SHOULD",
    f"{PAGE}#error-handling",
    probes=("pagination",),
    otherwise="the server declares no list, or did not answer",
)
def page_invalid_cursor(read: Reading) -> Observations:
    """A cursor that the server never gave is refused with -32602.

    Served as if it were none, it shows the first page again, and a client with a stale cursor
    never notices. The text makes no exception for a server whose lists have one page.
    """
    for exchange in read.stimuli("pagination", "garbage"):
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == METHOD_NOT_FOUND:
            continue  # declared with its sibling, which the server has
        elif exchange.served or exchange.refused or _crashed(exchange):
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} does not refuse an invalid cursor",
                expected=f"error {INVALID_PARAMS}",
            )


@rule(
    "page-cursors-stable",
    "SHOULD",
    f"{PAGE}#implementation-guidelines",
    probes=("pagination",),
    otherwise="no list has a second page",
)
def page_cursors_stable(read: Reading) -> Observations:
    """A cursor used twice leads to the same page twice.

    A client may repeat a request that got lost. Looked at: the same cursor in two requests, one
    right after the other; the order within the page does not matter.
    """
    for first, second in pairwise(read.stimuli("pagination", "twice")):
        cursor = first.sent.message.params.get("cursor")
        method = first.sent.message.method
        same = second.sent.message.method == method
        if not same or second.sent.message.params.get("cursor") != cursor or not first.served:
            continue
        member = MEMBERS.get(method, "")
        if second.served and _identities(first, member) == _identities(second, member):
            yield Kept(second.sent.event)
        elif second.served or second.refused:
            yield Finding(
                message=f"a cursor of {method} leads to another page when it is used again",
                expected="the same page",
                actual=second.outcome,
                events=(*first.evidence, *second.evidence),
            )


def _fault(walk: Sequence[Exchange], member: str) -> str:
    """What is wrong with the pages of one walk, or ""."""
    seen: set[bytes] = set()
    cursors: set[Json] = set()
    for page in walk:
        items = {encode(item) for item in _items(page, member)}
        if page is not walk[0] and page.refused:
            return "end with a refusal of the server's own cursor"
        if items & seen:
            return "show an item again"
        cursor = _next_cursor(page)
        if isinstance(cursor, str) and cursor in cursors and not items:
            return "lead back to an earlier cursor"
        seen |= items
        cursors.add(cursor if isinstance(cursor, str) else None)
    return ""


def _identities(exchange: Exchange, member: str) -> set[str]:
    return {
        next((str(item[key]) for key in IDENTITIES if key in item), "")
        for item in map(as_object, _items(exchange, member))
    }


def _items(exchange: Exchange, member: str) -> JsonArray:
    return as_list(exchange.result.get(member))


def _next_cursor(exchange: Exchange, default: Json = None) -> Json:
    return exchange.result.get("nextCursor", default)


def _crashed(exchange: Exchange) -> bool:
    return exchange.silence is not None and exchange.silence.data.get("alive") is not True
