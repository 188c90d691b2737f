"""Basic, JSON Schema Usage: the dialects of the schemas that tools have."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_schemas import newer_keywords_validated, unknown_dialects_refused
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.called import called_as, failed_in_tool, succeeded, uncalled
from mcp_proof_contracts.rules.tools.schema_arguments import PROBE as SCHEMA_ARGUMENT
from mcp_proof_contracts.rules.tools.schema_arguments import looks_at_schemas
from mcp_proof_contracts.schema_dialects import (
    DRAFT_07,
    SAYS_WHY,
    is_surely_no_dialect,
    newer_alone_refuses,
)
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import encode

REQUIREMENTS: Final = "basic#implementation-requirements"
DIALECT: Final = "dialect"


@rule(
    "tools-dialect-2020-12",
    "MUST",
    REQUIREMENTS,
    side="both",
    since=Revision.R2025_11_25,
    probes=(DIALECT,),
    otherwise="no read-only tool has a schema without `$schema` that JSON Schema 2020-12 alone "
    "reads aright",
)
def dialect_2020_12(read: Reading) -> Observations:
    """A schema without `$schema` is read as JSON Schema 2020-12.

    A validator for an older draft ignores `prefixItems`, `dependentRequired`, `dependentSchemas`,
    `unevaluatedProperties` and the like, and lets pass what they forbid. Looked at: read-only tools
    with such keywords, called with arguments that break one of them, and that the same schema as
    draft-07 would allow. A refusal counts where good arguments of the same tool are served. And
    clients that were seen to validate structured content, which get some that its outputSchema
    forbids by such a keyword alone.
    """
    if read.peer is Sender.CLIENT:
        yield from newer_keywords_validated(read)
        return
    yield from uncalled(read)
    works = {_tool(e) for e in read.stimuli(DIALECT, "good") if succeeded(e)}
    for exchange in read.stimuli(DIALECT, "2020-12"):
        schema = _schema(read, exchange)
        if schema is None or not newer_alone_refuses(schema, _arguments(exchange)):
            continue
        if succeeded(exchange):
            yield Finding.about(
                exchange,
                message=f"{called_as(exchange)} ran with arguments that a keyword of 2020-12 in"
                " its inputSchema forbids",
                expected="a JSON-RPC error, or a result with `isError`",
            )
        elif _tool(exchange) in works and (exchange.refused or failed_in_tool(exchange)):
            yield Kept(exchange.sent.event)
        else:
            yield Untested("the tools with keywords of 2020-12 fail with good arguments too")


@rule(
    "tools-dialect-unsupported-error",
    "MUST",
    REQUIREMENTS,
    side="both",
    since=Revision.R2025_11_25,
    probes=(DIALECT, SCHEMA_ARGUMENT),
    otherwise="no read-only tool has a schema whose `$schema` is surely no dialect",
)
def dialect_unsupported_error(read: Reading) -> Observations:
    """A schema in a dialect that is not supported leads to an error that says so.

    Arguments cannot be validated by it, and what is not validated must not run. Looked at: calls of
    read-only tools whose `$schema` is no text, or a URI at a host that belongs to nobody
    (`example.com`, `.invalid`), and such a schema as the argument of a tool that looks at schemas;
    a dialect that only mcp-proof does not know is no finding. And clients that were seen to
    validate structured content, which get some under an outputSchema in such a dialect.
    """
    if read.peer is Sender.CLIENT:
        yield from unknown_dialects_refused(read)
        return
    yield from uncalled(read)
    for exchange in _in_unknown_dialects(read):
        if succeeded(exchange):
            yield Finding.about(
                exchange,
                message=f"{called_as(exchange)} ran with a schema in a dialect that nobody knows",
                expected="an error that says that the dialect is not supported",
            )
        elif not (exchange.answered_by_error or failed_in_tool(exchange)):
            yield Untested("the call was answered with neither result nor error")
        elif SAYS_WHY.search(encode(_said(exchange)).decode()):
            yield Kept(exchange.sent.event)
        else:
            yield Untested("the call was refused for a reason that does not speak of the schema")


def _in_unknown_dialects(read: Reading) -> Iterator[Exchange]:
    for exchange in read.stimuli(DIALECT, "unknown"):
        schema = _schema(read, exchange)
        if schema is not None and is_surely_no_dialect(schema.get("$schema", DRAFT_07)):
            yield exchange
    if looks_at_schemas(read):
        yield from read.stimuli(SCHEMA_ARGUMENT, "dialect")


def _schema(read: Reading, exchange: Exchange) -> JsonObject | None:
    tool = read.tool_by_name.get(_tool(exchange))
    schema = tool.get("inputSchema") if tool is not None else None
    return schema if isinstance(schema, dict) else None


def _tool(exchange: Exchange) -> str:
    return str(exchange.sent.message.params.get("name"))


def _arguments(exchange: Exchange) -> Json:
    return exchange.sent.message.params.get("arguments", {})


def _said(exchange: Exchange) -> Json:
    """What an answer is made of."""
    return exchange.reply.message.value if exchange.reply is not None else None
