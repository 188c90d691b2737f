"""ContextFrame, Search: pages, filters, and what is no search."""

from mcp_proof_contracts.dialects.contextframe import SEARCH
from mcp_proof_contracts.document_filter import document_filter
from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.contextframe.traffic import (
    CONTEXTFRAME,
    NO_SEARCH,
    arguments,
    documents,
    results,
    uuids,
    whole,
)
from mcp_proof_contracts.wire import quote

PAGE = "contextframe#search"


@rule(
    "contextframe-limit-kept",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-pages",),
    otherwise=NO_SEARCH,
)
def limit_kept(read: Reading) -> Observations:
    """A search gives no more documents than its `limit`.

    Callers count tokens by it. Looked at: every search with a limit that is a whole number.
    """
    for exchange in results(read, SEARCH):
        limit, given = whole(exchange, "limit"), len(documents(exchange))
        if limit is None:
            continue
        if given <= limit:
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"a search with the limit {limit} gave {given} documents",
                expected=f"at most {limit}",
                actual=str(given),
                events=exchange.evidence,
            )


@rule(
    "contextframe-pages-distinct",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-pages",),
    otherwise="no two pages of a search held documents",
)
def pages_distinct(read: Reading) -> Observations:
    """No document is on two pages of one search.

    Whoever reads page by page, `offset` by `offset`, would meet it twice, or never come to an end.
    Looked at: two or three pages of two documents, one after the other.
    """
    before: dict[str, Exchange] = {}
    for exchange in read.stimuli("contextframe-pages"):
        if not exchange.served or not exchange.case.startswith("page "):
            continue
        page = uuids(exchange)[: whole(exchange, "limit")]  # more is what `limit-kept` names
        again = [uuid for uuid in page if uuid in before]
        if again:
            offset, other = whole(exchange, "offset"), before[again[0]]
            yield Finding(
                message=f"the document {quote(again[0])} is on two pages of a search",
                expected=f"other documents from {offset} on than from {whole(other, 'offset')} on",
                actual=", ".join(uuids(exchange)),
                events=(*other.evidence, *exchange.evidence),
            )
        elif before and page:
            yield Kept(exchange.sent.event)
        before |= dict.fromkeys(page, exchange)


@rule(
    "contextframe-page-beyond-end-empty",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-pages",),
    otherwise=NO_SEARCH,
)
def page_beyond_end_empty(read: Reading) -> Observations:
    """Beyond the last document a search gives no documents, and no error.

    It is how callers who read page by page know the end. Looked at: a search that finds something,
    from its millionth document on.
    """
    for exchange in read.stimuli("contextframe-pages", "beyond the end"):
        if exchange.served and exchange.result.get("documents") == []:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="beyond its last document a search gives something else than none",
                expected='"documents": []',
            )


@rule(
    "contextframe-filter-kept",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-filter",),
    otherwise="no metadata was found that tells documents apart",
)
def filter_kept(read: Reading) -> Observations:
    """Every document that a search gives satisfies its `filter`.

    A filter also keeps from callers what is not theirs. Looked at: searches with a comparison such
    as `metadata.index > 5`, made of what was found before. A server that refuses the filter is
    untested, for it may have another language.
    """
    for exchange in read.stimuli("contextframe-filter", "telling"):
        if not exchange.served:
            yield Untested("the filter was refused")
            continue
        text = str(arguments(exchange).get("filter"))
        holds = document_filter(text)
        wrong = [document for document in documents(exchange) if not holds(document)]
        if not wrong:
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"a search gave what its filter {text} keeps out",
                expected="only documents that satisfy the filter",
                actual=quote(wrong[0]),
                events=exchange.evidence,
            )


@rule(
    "contextframe-bad-filter-refused",
    "SHOULD",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-bad-filter",),
    otherwise=NO_SEARCH,
)
def bad_filter_refused(read: Reading) -> Observations:
    """A search with a filter that breaks off is refused with an error.

    Who ignores it gives out what the filter was to keep back. Looked at: `metadata.index >`.
    """
    for exchange in read.stimuli("contextframe-bad-filter"):
        yield _refused(exchange, f"a filter that breaks off, {arguments(exchange).get('filter')}")


@rule(
    "contextframe-search-type-refused",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-search-type",),
    otherwise=NO_SEARCH,
)
def search_type_refused(read: Reading) -> Observations:
    """A search of a type that does not exist is refused with an error of the request's kind.

    That is -32602, or one of the server's own: callers try again after -32603. Who searches in
    another way instead gives documents that were not asked for.
    """
    for exchange in read.stimuli("contextframe-search-type"):
        yield _refused(exchange, "a search of a type that does not exist", not_internal=True)


@rule(
    "contextframe-search-type-named",
    "SHOULD",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-search-type",),
    otherwise="no search was refused for its type",
)
def search_type_named(read: Reading) -> Observations:
    """The error about a search type says "Invalid search type".

    Those words are what callers look for in the message. Case does not matter.
    """
    for exchange in read.stimuli("contextframe-search-type"):
        if not exchange.answered_by_error or exchange.reply is None:
            continue
        said = str(exchange.reply.message.error.get("message"))
        if "invalid search type" in said.lower():
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="the error does not say that it is about the search type",
                expected='a message with "Invalid search type"',
            )


@rule(
    "contextframe-bounds-checked",
    "SHOULD",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-bounds",),
    otherwise=NO_SEARCH,
)
def bounds_checked(read: Reading) -> Observations:
    """A negative `limit` or `offset` is refused with an error.

    In many languages a negative number counts from the end, and the caller gets what it never
    meant.
    """
    for exchange in read.stimuli("contextframe-bounds"):
        yield _refused(exchange, f"a search with {exchange.case}")


def _refused(exchange: Exchange, what: str, *, not_internal: bool = False) -> Observation:
    internal = not_internal and exchange.error_code == INTERNAL_ERROR
    if exchange.answered_by_error and not internal:
        return Kept(exchange.sent.event)
    expected = "error -32602 or another but -32603" if not_internal else "an error"
    return Finding.about(exchange, message=f"{what} is not refused", expected=expected)
