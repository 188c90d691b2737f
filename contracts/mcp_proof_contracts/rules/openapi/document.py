"""OpenAPI, The document: the server says by it how it is asked, and keeps to it."""

from http import HTTPStatus

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.described import (
    Operation,
    jsonrpc_operation,
    operations,
    pointed_at,
    references,
    standing_alone,
)
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.openapi.traffic import (
    NO_DOCUMENT,
    OPENAPI,
    asked_for,
    document,
    document_in,
    is_kailash,
    served,
)
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import quote

PAGE = "openapi-jsonrpc#document"


@rule(
    "openapi-document-served",
    "MUST",
    PAGE,
    dialects=OPENAPI,
    otherwise="the document was not asked for",
)
def document_served(read: Reading) -> Observations:
    """`GET /openapi.json` is answered with status 200 and JSON.

    Clients and gateways are made from it. It may lie beside `/mcp` or at the root of the host.
    Tolerated: no document at all of a server that fails in the Kailash style, which promises none.
    """
    found = served(read)
    for exchange in found:
        if media_type(exchange.headers).endswith("json"):
            yield Kept(exchange.request)
        else:
            expected = "Content-Type: application/json"
            yield Finding.about(
                exchange, message="the OpenAPI document is not served as JSON", expected=expected
            )
    if found or not (asked := asked_for(read)):
        return
    if is_kailash(read):
        yield Untested("a Kailash-style server need not have a document")
    else:
        message = "GET /openapi.json was not answered with a document"
        yield Finding.about(asked[0], message=message, expected="200 with an OpenAPI document")


@rule("openapi-document-valid", "MUST", PAGE, dialects=OPENAPI, otherwise=NO_DOCUMENT)
def document_valid(read: Reading) -> Observations:
    """The document is one of OpenAPI 3, and all that it refers to is in it.

    Generators stop at the first mistake. Looked at: `openapi`, `info`, `paths` and the outline of
    each operation; that operation ids are unique; references within the document; and that the
    schemas of requests and answers can be used.
    """
    for exchange in served(read):
        found = document_in(exchange)
        problems = [*_outline(found), *_repeated(found), *_dangling(found)]
        problems = problems or _unusable(found)
        for problem in problems:
            yield Finding(
                message=f"the OpenAPI document is not valid: {problem}",
                expected="a document of OpenAPI 3.0 to 3.2",
                actual=problem,
                events=exchange.evidence,
            )
        if not problems:
            yield Kept(exchange.request)


@rule("openapi-call-described", "MUST", PAGE, dialects=OPENAPI, otherwise=NO_DOCUMENT)
def call_described(read: Reading) -> Observations:
    """The document describes the POST that takes JSON-RPC, and what status 200 brings.

    Without the body's schema a generated client does not know what to send. Looked at: a path that
    ends in `/mcp`, whose JSON body has `jsonrpc` and `method`, and a schema of its answer.
    """
    for exchange in served(read):
        operation = jsonrpc_operation(document_in(exchange))
        if operation is not None and operation.answer(HTTPStatus.OK) is not None:
            yield Kept(exchange.request)
        else:
            missing = "the schema of its answer" if operation else "a POST whose body is JSON-RPC"
            yield Finding(
                message=f"the OpenAPI document lacks {missing}",
                expected="POST …/mcp with the schemas of request and answer",
                actual=", ".join(f"{o.method} {o.path}" for o in operations(document_in(exchange)))
                or "no operation",
                events=exchange.evidence,
            )


@rule("openapi-answers-conform", "MUST", PAGE, dialects=OPENAPI, otherwise=NO_DOCUMENT)
def answers_conform(read: Reading) -> Observations:
    """What is answered satisfies the schema that the document states for its status.

    A client that was generated fails at whatever else comes. Looked at: every JSON answer at a
    path of the document whose status is described there; a status that is not described says
    nothing, for a document need not list every error.
    """
    described = list(operations(document(read)))
    for exchange in read.http():
        schema = _schema_of(exchange, described)
        if schema is None or exchange.response_json is None or schema_problem(schema) is not None:
            continue
        problems = instance_problems(schema, exchange.response_json)
        if not problems:
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message=f"what {exchange.method} {exchange.path} brought is not as the document "
                f"has it: {problems[0]}",
                expected=f"what it describes for status {exchange.status}",
            )


def _schema_of(exchange: HttpExchange, described: list[Operation]) -> JsonObject | None:
    """The schema of an answer; of paths that end the one asked for, the longest is meant."""
    path = exchange.path.partition("?")[0]
    meant = [o for o in described if o.method == exchange.method and path.endswith(o.path)]
    if not meant or exchange.status is None:
        return None
    return max(meant, key=lambda operation: len(operation.path)).answer(exchange.status)


def _outline(found: JsonObject) -> list[str]:
    problem = document_problem("openapi-jsonrpc", "document", found)
    return [problem] if problem is not None else []


def _repeated(found: JsonObject) -> list[str]:
    ids = [operation.value.get("operationId") for operation in operations(found)]
    named = [name for name in ids if isinstance(name, str)]
    again = sorted({name for name in named if named.count(name) > 1})
    return [f"the operationId {quote(name)} is there more than once" for name in again]


def _dangling(found: JsonObject) -> list[str]:
    """Say which references into the document point at nothing; those elsewhere are left alone."""
    within = sorted({each for each in references(found) if each.startswith("#/components/")})
    return [f"there is no {each}" for each in within if pointed_at(found, each) is None]


def _unusable(found: JsonObject) -> list[str]:
    """Say why the schemas of the operations cannot be used, as far as all of them is here.

    They are judged at once: each by itself would bring the whole document with it.
    """
    if any(not reference.startswith("#") for reference in references(found)):
        return []
    stated: dict[str, Json] = {
        f"{operation.method} {operation.path} {part}": schema
        for operation in operations(found)
        for part, schema in operation.schemas()
    }
    problem = schema_problem(standing_alone(found, {"properties": stated}))
    return [problem.removeprefix("/allOf/0/properties/")] if problem is not None else []
