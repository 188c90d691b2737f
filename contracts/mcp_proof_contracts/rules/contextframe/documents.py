"""ContextFrame, Documents: that what is got is what was asked for."""

from mcp_proof_contracts.dialects.contextframe import GET, GET_MANY, SEARCH
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.contextframe.traffic import (
    CONTEXTFRAME,
    NO_SEARCH,
    arguments,
    documents,
    results,
    uuids,
)
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE = "contextframe#documents"
PROBE = ("contextframe-documents",)
NOT_GOT = "no document was got: is there a get_document that may be called?"


@rule(
    "contextframe-found-document-served",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_GOT,
)
def found_document_served(read: Reading) -> Observations:
    """A document that a search has found is got by its `uuid`, and is that document.

    Callers search without contents first, then get those that fit. Looked at: the first document
    of a search.
    """
    for exchange in read.stimuli(*PROBE):
        if not exchange.case.startswith("found"):
            continue
        wanted = arguments(exchange).get("document_id")
        given = as_object(exchange.result.get("document")).get("uuid")
        if exchange.served and not isinstance(given, str):
            continue  # the rules of its form name it
        if given == wanted:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"get_document did not give {quote(wanted)}, which a search has found",
                expected=f'"document": {{"uuid": {quote(wanted)}, …}}',
            )


@rule(
    "contextframe-content-included",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_GOT,
)
def content_included(read: Reading) -> Observations:
    """With `include_content` true `get_document` gives the document's `content`, a text.

    It is what callers count tokens of and show to a model.
    """
    for exchange in results(read, GET):
        document = as_object(exchange.result.get("document"))
        if arguments(exchange).get("include_content") is not True or not document:
            continue
        if isinstance(document.get("content"), str):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="a document came without the content that was asked for",
                expected='"content": a text',
            )


@rule(
    "contextframe-content-left-out",
    "SHOULD",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=("contextframe-contents",),
    otherwise=NO_SEARCH,
)
def content_left_out(read: Reading) -> Observations:
    """With `include_content` false documents come without their `content`.

    Callers ask so to get metadata of many documents, and to pay for the contents of few. Null and
    an empty text are as good as none.
    """
    for exchange in results(read, SEARCH, GET):
        if arguments(exchange).get("include_content") is not False:
            continue
        given = [*documents(exchange), as_object(exchange.result.get("document"))]
        full = [document for document in given if document.get("content")]
        if full:
            yield Finding(
                message="a document came with its content, which was not wanted",
                expected="no content",
                actual=quote(full[0]),
                events=exchange.evidence,
            )
        elif any(given):
            yield Kept(exchange.sent.event)


@rule(
    "contextframe-batch-as-asked",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise="batch_get_documents gave no result",
)
def batch_as_asked(read: Reading) -> Observations:
    """`batch_get_documents` gives documents that were asked for, each once.

    Callers keep them by `uuid` and bring them into their own order. One that does not exist may be
    missing.
    """
    for exchange in results(read, GET_MANY):
        wanted = [str(uuid) for uuid in as_list(arguments(exchange).get("document_ids"))]
        given = uuids(exchange)
        if len(given) < len(documents(exchange)):
            continue  # a document without its uuid may be any; the rule of its form names it
        if set(given) <= set(wanted) and len(given) <= len(wanted):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message="a batch holds documents that were not asked for",
                expected=f"of {', '.join(wanted)} those that there are",
                actual=", ".join(given),
                events=exchange.evidence,
            )


@rule(
    "contextframe-unknown-document-refused",
    "SHOULD",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_GOT,
)
def unknown_document_refused(read: Reading) -> Observations:
    """`get_document` of a document that does not exist is refused with an error.

    Callers read `result["document"]["content"]`, and would fail there without a reason.
    """
    for exchange in read.stimuli(*PROBE, "unknown"):
        if exchange.answered_by_error:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="get_document of a document that does not exist is not refused",
                expected="an error",
            )
