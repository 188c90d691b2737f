"""Caching: how long a result stays fresh, and who may share it."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.wire import encode, quote

PAGE: Final = "utilities/caching"
SINCE: Final = Revision.R2026_07_28
DISCOVER: Final = "server/discover"
READ: Final = "resources/read"
LIST_METHODS: Final = tuple(method for _, method, _ in LISTS)
CACHEABLE: Final = (DISCOVER, *LIST_METHODS, READ)
"""The operations whose complete results can be kept by clients."""
TTL: Final = "ttlMs"
SCOPE: Final = "cacheScope"
SCOPES: Final = ("public", "private")
PROBE: Final = "other-user"
NOTHING_CACHEABLE: Final = "no result that can be cached carries this hint"


@rule(
    "cache-hints-discover",
    "MUST",
    f"{PAGE}#cacheable-results",
    since=SINCE,
    otherwise="the server did not answer server/discover with a complete result",
)
def cache_hints_discover(read: Reading) -> Observations:
    """The result of `server/discover` says how long it is fresh and who may share it.

    Clients discover before they do anything else; without hints each of them asks again each
    time. Looked at: whether `ttlMs` and `cacheScope` are there; what they hold is judged by the
    rules about each. An interim result carries none.
    """
    yield from _hinted(read, DISCOVER)


@rule(
    "cache-hints-lists",
    "MUST",
    f"{PAGE}#cacheable-results",
    since=SINCE,
    otherwise="no list was answered with a complete result",
)
def cache_hints_lists(read: Reading) -> Observations:
    """Every page of a list says how long it is fresh and who may share it.

    Looked at: tools, prompts, resources and resource templates, each page by itself. A `ttlMs`
    of 0 is a hint like any other.
    """
    for method in LIST_METHODS:
        yield from _hinted(read, method)


@rule(
    "cache-hints-read",
    "MUST",
    f"{PAGE}#cacheable-results",
    since=SINCE,
    otherwise="no resource was read with a complete result",
)
def cache_hints_read(read: Reading) -> Observations:
    """What `resources/read` returns says how long it is fresh and who may share it.

    A read that asks the client first is not cacheable until it is complete, and then carries the
    hints too.
    """
    yield from _hinted(read, READ)


@rule(
    "cache-ttl-valid",
    "MUST",
    f"{PAGE}#time-to-live-ttl-field",
    since=SINCE,
    otherwise=NOTHING_CACHEABLE,
)
def cache_ttl_valid(read: Reading) -> Observations:
    """`ttlMs` is an integer that is not negative.

    It counts milliseconds; 0 means that the result is stale at once, and is legal.
    """
    for exchange in _complete(read, *CACHEABLE):
        if TTL not in exchange.result:
            continue
        ttl = exchange.result[TTL]
        if _is_count(ttl):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"ttlMs of {exchange.sent.message.method} is {quote(ttl)}",
                expected="an integer of 0 or more",
            )


@rule(
    "cache-scope-valid",
    "MUST",
    f"{PAGE}#cache-scope-field",
    since=SINCE,
    otherwise=NOTHING_CACHEABLE,
)
def cache_scope_valid(read: Reading) -> Observations:
    """`cacheScope` is "public" or "private".

    A cache that does not know the word cannot tell whether it may share what it holds between
    users.
    """
    for exchange in _complete(read, *CACHEABLE):
        if SCOPE not in exchange.result:
            continue
        scope = exchange.result[SCOPE]
        if scope in SCOPES:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"cacheScope of {exchange.sent.message.method} is {quote(scope)}",
                expected='"public" or "private"',
            )


@rule(
    "cache-scope-same-on-pages",
    "MUST",
    f"{PAGE}#interaction-with-pagination",
    since=SINCE,
    probes=("pagination",),
    otherwise="no list has a second page whose scope could be compared",
)
def cache_scope_same_on_pages(read: Reading) -> Observations:
    """All pages of one list have the same `cacheScope`.

    A page that may be shared among pages that may not would show one user a part of the list of
    another. Looked at: each page that a cursor led to, beside the page that gave the cursor;
    `ttlMs` may differ.
    """
    for method in LIST_METHODS:
        gave: dict[tuple[str, Json], Exchange] = {}
        for page in _complete(read, method):
            session = page.sent.event.session
            cursor = page.sent.message.params.get("cursor")
            before = gave.get((session, cursor)) if isinstance(cursor, str) else None
            if before is not None:
                yield from _same_scope(before, page)
            following = page.result.get("nextCursor")
            if isinstance(following, str):
                gave[session, following] = page


@rule(
    "cache-no-hints-on-input-required",
    "implied",
    f"{PAGE}#cacheable-results",
    since=SINCE,
    otherwise=needs("elicitation"),
)
def cache_no_hints_on_input_required(read: Reading) -> Observations:
    """A result that asks the client for input carries no caching hints.

    It is no answer yet: kept by a cache, it would ask the next user the question of the last.
    """
    for method in ("tools/call", "prompts/get", READ):
        for exchange in read.results(method):
            if exchange.result.get("resultType") != "input_required":
                continue
            hints = [name for name in (TTL, SCOPE) if name in exchange.result]
            if not hints:
                yield Kept(exchange.sent.event)
            else:
                yield Finding.about(
                    exchange,
                    message=f"a result of {method} that asks for input has {' and '.join(hints)}",
                    expected="no caching hints on interim results",
                )


@rule(
    "cache-public-same-for-all",
    "implied",
    f"{PAGE}#security-considerations",
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise="needs the token of another user: name its environment variable in a contract file, "
    "under verify.tokens.other_user",
)
def cache_public_same_for_all(read: Reading) -> Observations:
    """What is "public" is the same for every user.

    Shared caches give a public result to whoever asks, past all access control. Looked at: lists
    and readings asked for with the credentials at hand, then with those of another user, then
    again with the first; what changes by itself meanwhile is not judged, nor what the other user
    is refused.
    """
    for before, other, after in zip(
        *(read.stimuli(PROBE, case) for case in ("before", "other", "after")), strict=False
    ):
        asked = [encode(e.sent.message.params.get("uri")) for e in (before, other, after)]
        methods = {e.sent.message.method for e in (before, other, after)}
        if len(set(asked)) > 1 or len(methods) > 1 or not (before.served and after.served):
            continue
        if not other.served or _content(before) != _content(after):
            yield Untested("the other user is refused, or the result changes by itself")
        elif SCOPES[0] not in (before.result.get(SCOPE), other.result.get(SCOPE)):
            continue
        elif _content(other) == _content(before):
            yield Kept(other.sent.event)
        else:
            yield Finding(
                message=f"{before.sent.message.method} is public, and another user gets another "
                "result",
                expected='the same result for everybody, or cacheScope "private"',
                actual=other.outcome,
                events=(*before.evidence, *other.evidence),
            )


def _hinted(read: Reading, method: str) -> Observations:
    for exchange in _complete(read, method):
        result = exchange.result
        if TTL in result and SCOPE in result:
            yield Kept(exchange.sent.event)
        else:
            missing = [name for name in (TTL, SCOPE) if name not in result]
            yield Finding.about(
                exchange,
                message=f"the result of {method} has no {' and no '.join(missing)}",
                expected="ttlMs and cacheScope on every complete result of this method",
            )


def _complete(read: Reading, *methods: str) -> Iterator[Exchange]:
    """The results that say they are complete: others are not cacheable, or of an earlier era."""
    complete = read.derived(_complete_by_method)
    for method in methods:
        yield from complete[method]


def _complete_by_method(read: Reading) -> dict[str, list[Exchange]]:
    return {
        method: [e for e in read.results(method) if e.result.get("resultType") == "complete"]
        for method in CACHEABLE
    }


def _is_count(value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 and float(value).is_integer()


def _same_scope(before: Exchange, page: Exchange) -> Observations:
    first, second = before.result.get(SCOPE), page.result.get(SCOPE)
    if first not in SCOPES or second not in SCOPES:
        return
    if first == second:
        yield Kept(page.sent.event)
    else:
        yield Finding(
            message=f"a page of {page.sent.message.method} is {second} where the one before it is "
            f"{first}",
            expected=f"cacheScope {quote(first)} on all pages",
            actual=page.outcome,
            events=(*before.evidence, *page.evidence),
        )


def _content(exchange: Exchange) -> JsonObject:
    """What a user sees of a result."""
    own = ("_meta", TTL, SCOPE, "nextCursor")
    return {name: value for name, value in exchange.result.items() if name not in own}
