"""Basic, JSON Schema Usage: the dialects of the schemas that tools have."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.called import called_as, failed_in_tool, succeeded, uncalled
from mcp_proof_contracts.rules.tools.schema_arguments import PROBE as SCHEMA_ARGUMENT
from mcp_proof_contracts.rules.tools.schema_arguments import looks_at_schemas
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import encode

REQUIREMENTS: Final = "basic#implementation-requirements"
DIALECT: Final = "dialect"
DRAFT_07: Final = "http://json-schema.org/draft-07/schema#"
NOBODYS: Final = re.compile(r"(?:.*\.)?(?:example(?:\.com|\.net|\.org)?|invalid|test)")
"""Hosts that belong to nobody (RFC 2606, RFC 6761): no dialect is defined there."""
SAYS_WHY: Final = re.compile(rb"(?i)dialect|schema")


@rule(
    "tools-dialect-2020-12",
    "MUST",
    REQUIREMENTS,
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
    draft-07 would allow. A refusal counts where good arguments of the same tool are served.
    """
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
    since=Revision.R2025_11_25,
    probes=(DIALECT, SCHEMA_ARGUMENT),
    otherwise="no read-only tool has a schema whose `$schema` is surely no dialect",
)
def dialect_unsupported_error(read: Reading) -> Observations:
    """A schema in a dialect that is not supported leads to an error that says so.

    Arguments cannot be validated by it, and what is not validated must not run. Looked at: calls of
    read-only tools whose `$schema` is no text, or a URI at a host that belongs to nobody
    (`example.com`, `.invalid`), and such a schema as the argument of a tool that looks at schemas;
    a dialect that only mcp-proof does not know is no finding.
    """
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
        elif SAYS_WHY.search(encode(_said(exchange))):
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


def newer_alone_refuses(schema: JsonObject, arguments: Json) -> bool:
    """Whether 2020-12 forbids arguments that the same schema, read as draft-07, allows."""
    older: JsonObject = {**schema, "$schema": DRAFT_07}
    if "$schema" in schema or schema_problem(schema) or schema_problem(older):
        return False
    return bool(instance_problems(schema, arguments)) and not instance_problems(older, arguments)


def is_surely_no_dialect(named: Json) -> bool:
    """Whether a `$schema` can name no dialect that anybody has defined."""
    if not isinstance(named, str):
        return True
    try:
        host = urlsplit(named).hostname or ""
    except ValueError:
        return True
    return NOBODYS.fullmatch(host) is not None


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
