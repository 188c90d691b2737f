"""The tools of a ContextFrame server, as its dataset answers them."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, TypeAlias

from mcp_proof_contracts.document_filter import DocumentFilterError, document_filter
from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_integer, as_list, as_object
from mcp_proof_mocks.dialects.json_rpc import ARGUMENTS_DUTY
from mcp_proof_mocks.documents.arguments import DEMANDED
from mcp_proof_mocks.documents.dataset import Dataset
from mcp_proof_mocks.offering.handler import HandledAnswer
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.script import Script
from mcp_proof_mocks.server import MockServer

DocumentTool: TypeAlias = Callable[[MockServer, JsonObject], JsonObject]
"""Takes the arguments of a call and returns its bare result."""
NOTHING: Final[JsonObject] = {}
DEFAULT_LIMIT: Final = 10
DOCUMENT_NOT_FOUND: Final = -32001
DUTIES: Final[Mapping[str, str]] = {
    "/limit": "contextframe-bounds-checked",
    "/offset": "contextframe-bounds-checked",
    "/search_type": "contextframe-search-type-refused",
}
"""The rules about single arguments."""


def equip(server: MockServer) -> None:
    """Let the dataset answer the document tools for which the contract has no answer."""
    for name, answer in TOOLS.items():
        tool = server.tools.get(name)
        if tool is not None and isinstance(tool.script, Script) and not tool.tool.cases[0].answer:
            demanded = DEMANDED.get(name, NOTHING)
            tool.script = HandledAnswer(partial(_answered, server, answer, demanded))


def _answered(
    server: MockServer, answer: DocumentTool, demanded: JsonObject, arguments: JsonObject
) -> JsonObject:
    problems = [
        problem
        for problem in instance_problems(demanded, arguments)
        if server.keeps(DUTIES.get(problem.pointer, ARGUMENTS_DUTY))
    ]
    if problems:
        named = problems[0].pointer.removeprefix("/").replace("_", " ") or "arguments"
        raise RefusalError(INVALID_PARAMS, f"Invalid {named}: {problems[0].message}")
    return answer(server, arguments)


def _search(server: MockServer, arguments: JsonObject) -> JsonObject:
    hits = _filtered(server, _hits(server.dataset, str(arguments["query"])), arguments)
    limit = as_integer(arguments.get("limit", DEFAULT_LIMIT))
    offset = as_integer(arguments.get("offset", 0))
    if offset < len(hits) and not server.keeps("contextframe-pages-distinct"):
        offset = 0
    if offset >= len(hits) > 0 and not server.keeps("contextframe-page-beyond-end-empty"):
        raise RefusalError(INVALID_PARAMS, f"There is no document {offset}")
    end = offset + limit if server.keeps("contextframe-limit-kept") else None
    shown = [_shown(server, hit, arguments) for hit in hits[offset:end]]
    return {"documents": shown, "total_found": len(hits)}


def _hits(dataset: Dataset, query: str) -> list[JsonObject]:
    """Return what has any of the words, the most of them first; all for a query without words."""
    words = query.lower().split()
    hits: list[JsonObject] = []
    for document in dataset.documents.values():
        content = str(document["content"]).lower()
        score = sum(word in content for word in words) / len(words) if words else 1.0
        if score > 0:
            hits.append({**document, "score": score})
    return sorted(hits, key=lambda hit: -float(str(hit["score"])))


def _filtered(
    server: MockServer, hits: list[JsonObject], arguments: JsonObject
) -> list[JsonObject]:
    text = arguments.get("filter")
    if text is None:
        return hits
    try:
        holds = document_filter(str(text))
    except DocumentFilterError as error:
        if not server.keeps("contextframe-bad-filter-refused"):
            return hits
        raise RefusalError(INVALID_PARAMS, f"Invalid filter: {error}") from error
    return [hit for hit in hits if holds(hit)] if server.keeps("contextframe-filter-kept") else hits


def _shown(server: MockServer, document: JsonObject, arguments: JsonObject) -> JsonObject:
    """Return a document with its content, unless that is not wanted."""
    if arguments.get("include_content", True) is True:
        if server.keeps("contextframe-content-included"):
            return document
    elif not server.keeps("contextframe-content-left-out"):
        return document
    return {name: value for name, value in document.items() if name != "content"}


def _get(server: MockServer, arguments: JsonObject) -> JsonObject:
    uuid = str(arguments["document_id"])
    if uuid not in server.dataset.documents and not server.keeps(
        "contextframe-unknown-document-refused"
    ):
        return {"document": None}
    [document] = _known(server, [uuid])
    return {"document": _shown(server, document, arguments)}


def _get_many(server: MockServer, arguments: JsonObject) -> JsonObject:
    documents = server.dataset.documents
    wanted = [str(each) for each in as_list(arguments["document_ids"])]
    if not server.keeps("contextframe-batch-as-asked"):
        return {"documents": list(documents.values())}
    return {"documents": [documents[uuid] for uuid in wanted if uuid in documents]}


def _add(server: MockServer, arguments: JsonObject) -> JsonObject:
    metadata = as_object(arguments.get("metadata"))
    try:
        added = server.dataset.add(
            str(arguments["content"]), metadata, str(arguments.get("uuid", ""))
        )
    except KeyError as error:
        raise RefusalError(INVALID_PARAMS, f"Invalid uuid: {error.args[0]}") from error
    return {"document": added}


def _import(server: MockServer, arguments: JsonObject) -> JsonObject:
    paths = [str(path) for path in as_list(arguments["file_paths"])]
    settings = as_object(arguments.get("shared_settings"))
    metadata = as_object(settings.get("metadata"))
    operation = server.dataset.begin(len(paths))
    added: list[Json] = []
    for path in paths:
        document = server.dataset.add(f"The content of {path}", {**metadata, "path": path})
        added.append(document["uuid"])
        operation.advance(f"Imported {path}")
    return {"operation_id": operation.id, "document_ids": added}


def _extract(server: MockServer, arguments: JsonObject) -> JsonObject:
    return _worked(server, arguments, "Extracted", {})


def _enhance(server: MockServer, arguments: JsonObject) -> JsonObject:
    made = {str(name): True for name in as_list(arguments.get("enhancements"))}
    return _worked(server, arguments, "Enhanced", {"enhanced": made})


def _embed(server: MockServer, arguments: JsonObject) -> JsonObject:
    model = arguments.get("model", "default")
    return _worked(server, arguments, "Embedded", {"embedding_model": model})


def _worked(server: MockServer, arguments: JsonObject, done: str, added: JsonObject) -> JsonObject:
    """Go through documents; return the operation in which that was done."""
    documents = _known(server, map(str, as_list(arguments["document_ids"])))
    operation = server.dataset.begin(len(documents))
    for document in documents:
        if added:
            server.dataset.update(str(document["uuid"]), metadata=added)
        operation.advance(f"{done} {document['uuid']}")
    ids = [document["uuid"] for document in documents]
    return {"operation_id": operation.id, "document_ids": ids}


def _known(server: MockServer, wanted: Iterable[str]) -> list[JsonObject]:
    """Return documents by their ids.

    Raises:
        RefusalError: there is no such document.
    """
    documents = server.dataset.documents
    found: list[JsonObject] = []
    for uuid in wanted:
        if uuid not in documents:
            raise RefusalError(DOCUMENT_NOT_FOUND, f"Document not found: {uuid}")
        found.append(documents[uuid])
    return found


def _stats(server: MockServer, arguments: JsonObject) -> JsonObject:
    documents = server.dataset.documents.values()
    stats: dict[str, Json] = {"total_documents": len(documents)}
    if arguments.get("include_details") is True:
        stats["content_characters"] = sum(len(str(each["content"])) for each in documents)
    return {"stats": stats}


def _analyze(server: MockServer, arguments: JsonObject) -> JsonObject:
    usage = server.dataset.usage
    analysis: dict[str, Json] = {
        "time_range": arguments.get("time_range", "7d"),
        "total_operations": len(usage),
    }
    if arguments.get("include_patterns") is True:
        named = [str(each["operation"]) for each in usage]
        analysis["patterns"] = {name: named.count(name) for name in sorted(set(named))}
    return {"analysis": analysis}


def _track(server: MockServer, arguments: JsonObject) -> JsonObject:
    server.dataset.usage.append(arguments)
    return {"tracked": True}


TOOLS: Final[Mapping[str, DocumentTool]] = {
    "search_documents": _search,
    "get_document": _get,
    "batch_get_documents": _get_many,
    "add_document": _add,
    "batch_import": _import,
    "batch_extract": _extract,
    "batch_enhance": _enhance,
    "batch_generate_embeddings": _embed,
    "get_dataset_stats": _stats,
    "analyze_usage": _analyze,
    "track_usage": _track,
}
