"""The exchanges of a ContextFrame server: calls of its document tools, and its event streams."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Observation
from mcp_proof_contracts.rules.as_documented import as_documented
from mcp_proof_contracts.wire import as_list, as_object, is_integer

CONTEXTFRAME: Final = (Dialect.CONTEXTFRAME,)
NO_SEARCH: Final = (
    "no such search was made: search_documents may not be called, or does not list it"
)
NOT_HEARD: Final = "no change was heard: --tool add_document lets one be made"


def calls(read: Reading, *tools: str) -> Iterator[Exchange]:
    """The calls of these tools."""
    return (e for e in read.exchanges("tools/call") if called(e) in tools)


def results(read: Reading, *tools: str) -> Iterator[Exchange]:
    """The calls of these tools that were answered with a bare result."""
    return (e for e in calls(read, *tools) if e.served and is_bare(e))


def is_bare(exchange: Exchange) -> bool:
    """Whether a result is an object with members of the tool's own, not content blocks."""
    assert exchange.reply is not None
    result = exchange.reply.message.members.get("result")
    blocks = as_list(as_object(result).get("content"))
    return isinstance(result, dict) and not any("type" in as_object(block) for block in blocks)


def called(exchange: Exchange) -> str:
    """The tool that a call names."""
    return str(exchange.sent.message.params.get("name"))


def arguments(exchange: Exchange) -> JsonObject:
    """What a tool is called with."""
    return as_object(exchange.sent.message.params.get("arguments"))


def whole(exchange: Exchange, argument: str) -> int | None:
    """An argument that is a whole number, and none below 0."""
    value = arguments(exchange).get(argument)
    return value if isinstance(value, int) and is_integer(value) and value >= 0 else None


def documents(exchange: Exchange) -> list[JsonObject]:
    """The documents of a result."""
    return [as_object(each) for each in as_list(exchange.result.get("documents"))]


def uuids(exchange: Exchange) -> list[str]:
    """The ids of the documents of a result, as far as they have one."""
    named = (document.get("uuid") for document in documents(exchange))
    return [uuid for uuid in named if isinstance(uuid, str)]


def of_form(exchange: Exchange, document: str, what: str) -> Observation:
    """Judge a result by a JSON Schema of the dialect."""
    assert exchange.reply is not None
    value = exchange.reply.message.members.get("result")
    problem = document_problem("contextframe", document, value)
    return as_documented(exchange, what, problem, MEMBERS[document])


MEMBERS: Final = {
    "initialize": "protocolVersion, serverInfo with a name, and capabilities",
    "tools": "tools, each with name and inputSchema",
    "documents": "documents, each with a uuid",
    "document": "document, with a uuid",
    "stats": "stats, an object",
    "analysis": "analysis, an object",
    "operation": "operation_id, a text, and document_ids, texts",
    "change": "an object with a type",
    "progress": "current and total, whole numbers",
}
"""What each document is, as a finding says it."""


def streams(read: Reading, path: str) -> Iterator[HttpExchange]:
    """Every stream that was asked for at a path; at one that ends in a slash, below it."""
    for exchange in read.http():
        _, found, after = urlsplit(exchange.path).path.partition(path)
        if exchange.method == "GET" and found and bool(after) == path.endswith("/"):
            yield exchange


def asked(exchange: HttpExchange, name: str) -> str:
    """What a parameter of a stream's query says; "" without it."""
    return parse_qs(urlsplit(exchange.path).query).get(name, [""])[0]


def events(exchange: HttpExchange) -> list[Json]:
    """What the events of a stream carry, as far as it is JSON."""
    return [said.message.value for said in exchange.answers if not said.message.fault]
