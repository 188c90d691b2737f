"""ContextFrame, Changes: `GET /mcp/v1/sse/subscribe`."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.contextframe import PROGRESS, SUBSCRIBE
from mcp_proof_contracts.document_filter import DocumentFilterError, document_filter, has_members
from mcp_proof_contracts.exchange import HttpExchange, Said
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.contextframe.traffic import (
    CONTEXTFRAME,
    MEMBERS,
    NOT_HEARD,
    asked,
    streams,
)
from mcp_proof_contracts.statuses import NOT_SERVED, REFUSED
from mcp_proof_contracts.wire import as_object, quote

PAGE: Final = "contextframe#changes"
PROBE: Final = ("contextframe-changes",)
VERBS: Final = ("added", "updated", "deleted", "removed", "created", "changed")
"""Behind the name of a resource they make a type, `document_added`."""


@rule(
    "contextframe-changes-served",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise="nobody listened to changes",
)
def changes_served(read: Reading) -> Observations:
    """`GET /mcp/v1/sse/subscribe` is answered with 200 and a stream of server-sent events.

    Its head comes at once, also while nothing changes: clients wait for it before they do what
    they want to hear of. Looked at: with and without `resource_type` and `filter`. A server may
    have no such stream, and answer 404, 405 or 501; one that refuses a filter with 400 or 422 may
    have another language.
    """
    for exchange in streams(read, SUBSCRIBE):
        if exchange.status == HTTPStatus.OK and exchange.is_stream:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        elif exchange.status in NOT_SERVED:
            yield Untested("the server has no stream of changes")
        elif asked(exchange, "filter") and exchange.status in REFUSED:
            yield Untested("the filter was refused")
        else:
            yield Finding.about(
                exchange,
                message="the changes of the dataset cannot be listened to",
                expected="200 with Content-Type: text/event-stream",
            )


@rule(
    "contextframe-change-object",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_HEARD,
)
def change_object(read: Reading) -> Observations:
    """Every event of the stream carries a JSON object.

    Clients parse each before they look at it, and one that is no JSON ends their loop.
    """
    for exchange, said in _heard(read):
        if isinstance(said.message.value, dict):
            yield Kept(said.event)
        else:
            yield Finding(
                message="a change is no JSON object",
                expected="a JSON object",
                actual=said.message.excerpt,
                events=(exchange.request, said.event),
            )


@rule(
    "contextframe-change-typed",
    "SHOULD",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_HEARD,
)
def change_typed(read: Reading) -> Observations:
    """Every change has a `type`, such as `document_added`.

    Clients choose by it what to do. Any type will do, for clients pass over those that they do not
    know.
    """
    for exchange, said in _heard(read):
        if not isinstance(said.message.value, dict):
            continue
        problem = document_problem("contextframe", "change", said.message.value)
        if problem is None:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"a change is not as documented: {problem}",
                expected=MEMBERS["change"],
                actual=said.message.excerpt,
                events=(exchange.request, said.event),
            )


@rule(
    "contextframe-event-on-one-line",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=(*PROBE, "contextframe-progress"),
    otherwise="no event was heard",
)
def event_on_one_line(read: Reading) -> Observations:
    """The JSON of an event stands on one `data:` line.

    Clients read the stream line by line, and parse each line for itself.
    """
    for exchange in (*streams(read, SUBSCRIBE), *streams(read, PROGRESS)):
        for said in exchange.answers:
            if b"\n" not in said.message.raw:
                yield Kept(said.event)
            else:
                yield Finding(
                    message="the JSON of an event is spread over several lines",
                    expected="one line of data",
                    actual=said.message.excerpt,
                    events=(exchange.request, said.event),
                )


@rule(
    "contextframe-changes-of-resource",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_HEARD,
)
def changes_of_resource(read: Reading) -> Observations:
    """With `resource_type` a client hears changes of that kind of resource alone.

    Looked at: types such as `document_added` and `collection_updated`, with `resource_type` as
    `documents` and `collections`. Types of another form, such as a greeting, are passed over.
    """
    for exchange, said in _heard(read):
        wanted = asked(exchange, "resource_type")
        kind = str(as_object(said.message.value).get("type"))
        if not wanted or kind.rpartition("_")[2] not in VERBS:
            continue
        if kind.startswith(f"{wanted.removesuffix('s')}_"):
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"who listens to {wanted} hears {quote(kind)}",
                expected=f"changes of {wanted}",
                actual=said.message.excerpt,
                events=(exchange.request, said.event),
            )


@rule(
    "contextframe-changes-filtered",
    "MUST",
    PAGE,
    dialects=CONTEXTFRAME,
    probes=PROBE,
    otherwise=NOT_HEARD,
)
def changes_filtered(read: Reading) -> Observations:
    """With `filter` a client hears changes of documents alone that satisfy it.

    Looked at: changes that show the document's metadata, as `document` or beside the type, and
    in it what the filter compares, such as `metadata.index > 5`.
    """
    for exchange, said in _heard(read):
        text, document = asked(exchange, "filter"), _shown(as_object(said.message.value))
        if not text or document is None or not has_members(document, text):
            continue
        try:
            holds = document_filter(text)
        except DocumentFilterError:
            continue
        if holds(document):
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"a change was told that the filter {text} keeps out",
                expected="changes of documents that satisfy the filter",
                actual=said.message.excerpt,
                events=(exchange.request, said.event),
            )


def _heard(read: Reading) -> Iterator[tuple[HttpExchange, Said]]:
    """What came on the streams of changes, each with its stream."""
    for exchange in streams(read, SUBSCRIBE):
        if exchange.is_stream:
            for said in exchange.answers:
                yield exchange, said


def _shown(change: JsonObject) -> JsonObject | None:
    """The document of a change, where it can be filtered by its metadata."""
    for document in (as_object(change.get("document")), change):
        if isinstance(document.get("metadata"), dict):
            return document
    return None
