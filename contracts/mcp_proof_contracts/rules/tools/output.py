"""Tools, Tool Result: what a call gives back."""

from collections.abc import Iterator
from typing import Final

import orjson

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import CONTENT_SINCE, LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.called import called_as, tool_results, uncalled
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_list, as_object, quote

OF_SAMPLING: Final = ("tool_use", "tool_result")
TYPE_SINCE: Final = {kind: r for kind, r in CONTENT_SINCE.items() if kind not in OF_SAMPLING}
NO_STRUCTURE = "no tool gave structured content"


@rule(
    "tools-content-type-known",
    "schema",
    "server/tools#tool-result",
    otherwise="no tool gave content",
)
def content_type_known(read: Reading) -> Observations:
    """Every content block of a tool result has a type that the revision knows.

    A client cannot show any other, and many drop the whole result. Looked at: `type` of each
    block; `audio` exists since 2025-03-26, `resource_link` since 2025-06-18.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        blocks = map(as_object, as_list(result.get("content")))
        for kind in sorted({str(block.get("type")) for block in blocks}):
            since = TYPE_SINCE.get(kind)
            if since is not None and since <= read.revision:
                yield Kept(exchange.sent.event)
            else:
                known = [name for name, first in TYPE_SINCE.items() if first <= read.revision]
                yield Finding(
                    message=f"{called_as(exchange)} gave a content block of type {kind!r}",
                    expected=f"one of {', '.join(known)}",
                    actual=f"{kind!r}" + (f", known since {since}" if since is not None else ""),
                    events=exchange.evidence,
                )


@rule(
    "tools-embedded-needs-resources-capability",
    "SHOULD",
    "server/tools#embedded-resources",
    since=Revision.R2025_06_18,
    otherwise="no tool gave an embedded resource",
)
def embedded_needs_resources_capability(read: Reading) -> Observations:
    """A server whose tools embed resources has the `resources` capability.

    An embedded resource has a URI, and a client may want to read it again. That the URI is not
    among the listed resources is no fault.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        blocks = map(as_object, as_list(result.get("content")))
        if read.introduction is None or all(b.get("type") != "resource" for b in blocks):
            continue
        if read.declares("resources"):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"{called_as(exchange)} embeds a resource, and `resources` is not declared",
                expected="the `resources` capability",
                actual=f"capabilities: {', '.join(read.capabilities) or 'none'}",
                events=exchange.evidence,
            )


@rule(
    "tools-structured-is-object",
    "schema",
    "server/tools#structured-content",
    since=Revision.R2025_06_18,
    until=LATEST_STATEFUL,
    otherwise=NO_STRUCTURE,
)
def structured_is_object(read: Reading) -> Observations:
    """`structuredContent` is an object.

    Until 2025-11-25 clients may rely on it; from 2026-07-28 on any JSON value is right.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        if "structuredContent" not in result:
            continue
        if isinstance(result["structuredContent"], dict):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"the structured content of {called_as(exchange)} is no object",
                expected="an object",
                actual=quote(result["structuredContent"]),
                events=exchange.evidence,
            )


@rule(
    "tools-structured-matches-schema",
    "MUST",
    "server/tools#output-schema",
    since=Revision.R2025_06_18,
    otherwise="no tool with an `outputSchema` gave structured content",
)
def structured_matches_schema(read: Reading) -> Observations:
    """Structured content conforms to the tool's `outputSchema`.

    Programs read it by that schema without looking. Looked at: results that do not say `isError`,
    for the specification leaves open what those hold; and, of the others, those that have
    structured content.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        tool = read.tool_by_name.get(str(exchange.sent.message.params.get("name")), {})
        wanted = "outputSchema" in tool and "structuredContent" in result
        if not wanted or result.get("isError") is True:
            continue
        if (unusable := schema_problem(tool["outputSchema"])) is not None:
            yield Untested(f"the outputSchema of {called_as(exchange)} cannot be used: {unusable}")
            continue
        wrong = instance_problems(tool["outputSchema"], result["structuredContent"])
        if not wrong:
            yield Kept(exchange.sent.event)
        for problem in wrong:
            yield Finding(
                message=f"{called_as(exchange)} gave what its outputSchema forbids: {problem}",
                expected="structured content that the tool's `outputSchema` allows",
                actual=quote(result["structuredContent"]),
                events=exchange.evidence,
            )


@rule(
    "tools-structured-present",
    "MUST",
    "server/tools#output-schema",
    since=Revision.R2025_06_18,
    otherwise="no tool with an `outputSchema` succeeded",
)
def structured_present(read: Reading) -> Observations:
    """A tool that has an `outputSchema` gives structured content.

    Whoever reads the schema reads no text. Looked at: results that say neither `isError` nor that
    they ask back or stand for a task. Whether the structure fits has a rule of its own; null is a
    structure where the schema allows it.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        tool = read.tool_by_name.get(str(exchange.sent.message.params.get("name")), {})
        if not isinstance(tool.get("outputSchema"), dict) or result.get("isError") is True:
            continue
        if "structuredContent" in result:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"{called_as(exchange)} has an outputSchema and gave no structured content",
                expected="`structuredContent`",
            )


@rule(
    "tools-structured-text-copy",
    "SHOULD",
    "server/tools#structured-content",
    since=Revision.R2025_06_18,
    otherwise=NO_STRUCTURE,
)
def structured_text_copy(read: Reading) -> Observations:
    """A result with structured content also holds it serialized in a text block.

    Clients that do not know structured content see only the text. Looked at: whether any text
    block is JSON with the same value, however it is spaced and ordered; a string value may also
    stand there without quotes. Failures (`isError`) are left out.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        if "structuredContent" not in result or result.get("isError") is True:
            continue
        value = result["structuredContent"]
        if any(text == value or _is_json_of(text, value) for text in _texts(result)):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"{called_as(exchange)} gave structured content without its text",
                expected=f"a text block that holds {quote(value)}",
                actual=quote(result.get("content")),
                events=exchange.evidence,
            )


def _texts(result: JsonObject) -> Iterator[str]:
    for block in map(as_object, as_list(result.get("content"))):
        text = block.get("text")
        if block.get("type") == "text" and isinstance(text, str):
            yield text


def _is_json_of(text: str, value: Json) -> bool:
    try:
        return bool(orjson.loads(text) == value)
    except orjson.JSONDecodeError:
        return False
