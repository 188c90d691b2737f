"""ContextFrame, Documents: the members that the results of the document tools have."""

from mcp_proof_contracts.dialects.contextframe import GET, GET_MANY, SEARCH
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Observations, rule
from mcp_proof_contracts.rules.contextframe.traffic import (
    CONTEXTFRAME,
    called,
    of_form,
    results,
)

BATCHES = ("batch_import", "batch_extract", "batch_enhance", "batch_generate_embeddings")


@rule(
    "contextframe-documents-shape",
    "MUST",
    "contextframe#search",
    dialects=CONTEXTFRAME,
    otherwise="neither search_documents nor batch_get_documents gave a result",
)
def documents_shape(read: Reading) -> Observations:
    """Searches and batches give `documents`, a list of objects with a `uuid` each.

    The `uuid` is what a document is got by later. Looked at: every result, by its JSON Schema.
    """
    for exchange in results(read, SEARCH, GET_MANY):
        yield of_form(exchange, "documents", f"the result of {called(exchange)}")


@rule(
    "contextframe-document-shape",
    "MUST",
    "contextframe#documents",
    dialects=CONTEXTFRAME,
    otherwise="get_document gave no result",
)
def document_shape(read: Reading) -> Observations:
    """`get_document` gives `document`, an object with its `uuid`.

    Callers read `result["document"]["content"]`. Looked at: every result, by its JSON Schema; a
    document that does not exist is `contextframe-unknown-document-refused`.
    """
    for exchange in results(read, GET):
        if exchange.case != "unknown":
            yield of_form(exchange, "document", "the result of get_document")


@rule(
    "contextframe-stats-shape",
    "MUST",
    "contextframe#analytics",
    dialects=CONTEXTFRAME,
    otherwise="get_dataset_stats gave no result",
)
def stats_shape(read: Reading) -> Observations:
    """`get_dataset_stats` gives `stats`, an object.

    What it holds is the server's own; dashboards show it as it is.
    """
    for exchange in results(read, "get_dataset_stats"):
        yield of_form(exchange, "stats", "the result of get_dataset_stats")


@rule(
    "contextframe-analysis-shape",
    "MUST",
    "contextframe#analytics",
    dialects=CONTEXTFRAME,
    otherwise="analyze_usage gave no result",
)
def analysis_shape(read: Reading) -> Observations:
    """`analyze_usage` gives `analysis`, an object.

    What it holds is the server's own; dashboards show it as it is.
    """
    for exchange in results(read, "analyze_usage"):
        yield of_form(exchange, "analysis", "the result of analyze_usage")


@rule(
    "contextframe-operation-shape",
    "MUST",
    "contextframe#operations",
    dialects=CONTEXTFRAME,
    otherwise="no batch tool gave an operation_id or document_ids",
)
def operation_shape(read: Reading) -> Observations:
    """The `operation_id` that a batch tool gives is a text, its `document_ids` are texts.

    The first goes into the address of the operation's progress, the others into the next call. A
    server that is done at once may leave `operation_id` out.
    """
    for exchange in results(read, *BATCHES):
        if not {"operation_id", "document_ids"}.isdisjoint(exchange.result):
            yield of_form(exchange, "operation", f"the result of {called(exchange)}")
