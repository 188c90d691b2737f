"""Pagination: what clients do with cursors."""

from collections.abc import Callable, Iterator
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.walks import MEMBERS
from mcp_proof_contracts.wire import as_list, quote

GUIDELINES: Final = "utilities/pagination#implementation-guidelines"


@rule(
    "page-client-cursor-verbatim",
    "MUST",
    GUIDELINES,
    side="client",
    otherwise="the client followed no cursor",
)
def cursor_verbatim(read: Reading) -> Observations:
    """A cursor is sent back as it was given, whatever it looks like.

    Cursors are opaque: a client that trims, decodes or re-encodes one asks for a page that does
    not exist. Looked at: every cursor that the client sends, beside all that it was given for the
    same list, on whatever connection. One that follows the end of a list is invented, which
    `page-client-missing-cursor-ends` is about.
    """
    for method in MEMBERS:
        given: set[Json] = set()
        over = False
        for exchange in read.counterpart.exchanges(method):
            cursor = exchange.sent.message.params.get("cursor")
            if isinstance(cursor, str) and given and not (over and cursor not in given):
                yield _verbatim(exchange, cursor, given)
            over = exchange.served and _next(exchange) is None
            if isinstance(_next(exchange), str):
                given.add(_next(exchange))


@rule(
    "page-client-empty-cursor-continues",
    "MUST NOT",
    GUIDELINES,
    side="client",
    since=Revision.R2026_07_28,
    otherwise="no list had an empty cursor, or the client did not come to its own end",
)
def empty_cursor_continues(read: Reading) -> Observations:
    """An empty `nextCursor` is not taken for the end of a list.

    Only a missing member ends a list; "" is a cursor like another. Looked at: clients that ask for
    the second page of some list, or are asked to list all.
    """
    yield from _continued(read, lambda exchange: _next(exchange) == "")


@rule(
    "page-client-no-fixed-size",
    "MUST NOT",
    "utilities/pagination#pagination-model",
    side="client",
    otherwise="no page that has a successor was shorter than the one before it",
)
def no_fixed_size(read: Reading) -> Observations:
    """A page that is shorter than others, or empty, is not taken for the last one.

    The server decides how long a page is, each time anew. Looked at: lists of which a page that
    names its successor has fewer items than one before it.
    """
    longest: dict[str, int] = {}
    short: set[int] = set()
    for method, member in MEMBERS.items():
        for exchange in read.counterpart.results(method):
            items = len(as_list(exchange.result.get(member)))
            if items < longest.get(method, 0):
                short.add(exchange.sent.event.seq)
            longest[method] = max(items, longest.get(method, 0))
    yield from _continued(read, lambda exchange: exchange.sent.event.seq in short)


@rule(
    "page-client-missing-cursor-ends",
    "SHOULD",
    GUIDELINES,
    side="client",
    otherwise="no list came to its end",
)
def missing_cursor_ends(read: Reading) -> Observations:
    """Where a result has no `nextCursor`, the client asks for no further page.

    Looked at: requests with a cursor after a page that ends the list. A cursor of an earlier page
    may be sent again.
    """
    for method in MEMBERS:
        given: set[Json] = set()
        over = False
        for exchange in read.counterpart.exchanges(method):
            cursor = exchange.sent.message.params.get("cursor")
            if over and cursor is not None and cursor not in given:
                yield Finding.about(
                    exchange,
                    message=f"{method} was asked with the cursor {quote(cursor)} after its end",
                    expected="no request for a page that nobody named",
                )
            if exchange.served:
                over = _next(exchange) is None
                given.add(_next(exchange))
                if over:
                    yield Kept(exchange.sent.event)


@rule(
    "page-client-cursor-type",
    "schema",
    "utilities/pagination#request-format",
    side="client",
    otherwise="the client sent no cursor",
)
def cursor_type(read: Reading) -> Observations:
    """The cursor of a request is a text.

    A number, and null for the first page, are refused by servers that read strictly. Looked at: the
    member `cursor` of every request for a list.
    """
    for method in MEMBERS:
        for exchange in read.counterpart.exchanges(method):
            params = exchange.sent.message.params
            if isinstance(params.get("cursor"), str):
                yield Kept(exchange.sent.event)
            elif "cursor" in params:
                yield Finding.about(
                    exchange,
                    message=f"the cursor {quote(params['cursor'])} of {method} is no text",
                    expected="a text, or no cursor",
                )


@rule(
    "page-client-no-cursor-across-sessions",
    "MUST",
    GUIDELINES,
    side="client",
    until=LATEST_STATEFUL,
    otherwise="no list was read in two sessions, the first time with cursors",
)
def no_cursor_across_sessions(read: Reading) -> Observations:
    """A cursor is not kept for another session.

    It may mean something else there, or nothing. Looked at: lists that are asked for in a session
    after another one had been given cursors for them. A cursor that both were given is no finding,
    nor is a request that is repeated because it came to nothing in the first session.
    """
    for method in MEMBERS:
        given: dict[str, set[Json]] = {each.sent.event.session: set() for each in _opened(read)}
        for exchange in read.counterpart.exchanges(method):
            session, cursor = exchange.sent.event.session, _sent(exchange)
            if session not in given:
                continue
            others = [cursors for name, cursors in given.items() if name != session]
            if cursor in given[session] or not any(others):
                pass  # its own, or the first session
            elif any(cursor in cursors for cursors in others):
                yield Finding.about(
                    exchange,
                    message=f"the cursor {quote(cursor)} of {method} is of another session",
                    expected="the first page, or a cursor of this session",
                )
            else:
                yield Kept(exchange.sent.event)
            if isinstance(_next(exchange), str):
                given[session].add(_next(exchange))
            elif not exchange.served and isinstance(cursor, str):
                _forget(given, cursor)


def _verbatim(exchange: Exchange, cursor: str, given: set[Json]) -> Kept | Finding:
    if cursor in given:
        return Kept(exchange.sent.event)
    method = exchange.sent.message.method
    return Finding.about(
        exchange,
        message=f"the cursor {quote(cursor)} of {method} was never given",
        expected=" or ".join(sorted(map(quote, given))),
    )


def _continued(read: Reading, wanted: Callable[[Exchange], bool]) -> Observations:
    """Judge that the client asks for what comes after certain pages.

    It may have had enough of the list by then: only one that walks some list to its end, or
    follows another cursor of it, or was asked for all of it, shows that it takes this for the end.
    """
    for page, followed in _followed(read):
        if not wanted(page):
            continue
        if followed:
            yield Kept(page.sent.event)
        elif ended_by_itself(read):
            yield Finding.about(
                page,
                message=f"{page.sent.message.method} was not asked for the page behind "
                f"{quote(_next(page))}",
                expected=f"a request with the cursor {quote(_next(page))}",
            )


def _followed(read: Reading) -> Iterator[tuple[Exchange, bool]]:
    """Yield the pages that name a successor, with whether it was asked for."""
    for method in MEMBERS:
        exchanges = list(read.counterpart.exchanges(method))
        for number, page in enumerate(exchanges):
            if page.served and isinstance(_next(page), str):
                later = exchanges[number + 1 :]
                yield (
                    page,
                    any(each.sent.message.params.get("cursor") == _next(page) for each in later),
                )


def _opened(read: Reading) -> Iterator[Exchange]:
    return read.counterpart.results("initialize")


def _forget(given: dict[str, set[Json]], cursor: str) -> None:
    """Take a cursor for nobody's whose request came to nothing: it may be repeated anywhere."""
    for cursors in given.values():
        cursors.discard(cursor)


def _sent(exchange: Exchange) -> Json:
    return exchange.sent.message.params.get("cursor")


def _next(exchange: Exchange) -> Json:
    return exchange.result.get("nextCursor")
