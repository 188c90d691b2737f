"""The OpenAPI 3.1 document of tools that are each called by a request of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.components import at, component
from mcp_proof_contracts.openapi.described import JSON
from mcp_proof_contracts.openapi.embedded_schema import embedded_schema
from mcp_proof_contracts.wire import as_object

DOCUMENT: Final = "/openapi.json"
TOOLS: Final = "/tools/"
"""What the path of every tool begins with."""
PROBLEM: Final = "application/problem+json"
_PROBLEM: Final[JsonObject] = {
    "description": "Why a call has no result (RFC 9457).",
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["title", "status", "detail"],
}
_CONTENT: Final[JsonObject] = {
    "description": "What the tool answered; of MCP its `content`, where it has nothing structured.",
}
PROBLEMS: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON object.",
    HTTPStatus.UNAUTHORIZED: "The server wants a credential.",
    HTTPStatus.FORBIDDEN: "The server, or the bridge, does not let this be asked.",
    HTTPStatus.NOT_FOUND: "There is no such tool.",
    HTTPStatus.CONFLICT: "The tool failed, as it says, with arguments that its schema allows.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The server refused the arguments.",
    HTTPStatus.TOO_MANY_REQUESTS: "The server wants to be asked later.",
    HTTPStatus.BAD_GATEWAY: "The server died, failed within, or broke its own word.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The server says that something it needs is away.",
    HTTPStatus.GATEWAY_TIMEOUT: "The server did not answer.",
}
"""What may be answered in place of a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedTool:
    """A tool whose schemas are those of a document."""

    name: str
    summary: str
    description: str
    arguments: JsonObject
    result: JsonObject
    """What an answer satisfies; its schema says more, or nothing."""


def described_tool(
    number: int, name: str, listed: JsonObject, arguments: JsonObject, result: JsonObject | None
) -> DescribedTool:
    """Return a tool as a document has it.

    Args:
        number: its place among all tools.
        name: what it is called by.
        listed: what the server says of it.
        arguments: the JSON Schema of its arguments.
        result: the JSON Schema of its results, if it promises one.

    Raises:
        UnembeddableError: a schema cannot stand in a document.
    """
    embedded = embedded_schema(arguments, at(component(number, name, "arguments")))
    place = at(component(number, name, "result"))
    title = listed.get("title") or as_object(listed.get("annotations")).get("title")
    description = str(listed.get("description") or "")
    return DescribedTool(
        name=name,
        summary=str(title or description.partition("\n")[0] or name),
        description=description,
        # Arguments are an object, whatever a schema leaves open.
        arguments={**embedded, "type": "object"},
        result=_CONTENT if result is None else embedded_schema(result, place),
    )


def tools_document(info: JsonObject, tools: Mapping[int, DescribedTool]) -> JsonObject:
    """Return the document of tools, each with its place among all.

    Args:
        info: name, version and more of the server, as it introduced itself.
        tools: the tools that may be called.
    """
    schemas: dict[str, Json] = {"problem": _PROBLEM}
    paths: dict[str, Json] = {}
    for number, tool in tools.items():
        named = {what: component(number, tool.name, what) for what in ("arguments", "result")}
        schemas[named["arguments"]] = tool.arguments
        schemas[named["result"]] = tool.result
        paths[path_of(tool.name)] = {"post": _operation(tool, named)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": str(info.get("title") or info.get("name") or "tools"),
            "version": str(info.get("version") or "0"),
            "description": "The tools of a server, each by a POST of its arguments.",
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def path_of(name: str) -> str:
    """Return the path at which a tool is called."""
    return TOOLS + quote(name, safe="")


def _operation(tool: DescribedTool, named: Mapping[str, str]) -> JsonObject:
    described: JsonObject = {"description": tool.description} if tool.description else {}
    refused: JsonObject = {
        str(int(status)): _response(what, PROBLEM, "problem") for status, what in PROBLEMS.items()
    }
    body: JsonObject = {"required": True, "content": _content(JSON, named["arguments"])}
    return {
        "operationId": tool.name,
        "summary": tool.summary,
        **described,
        "requestBody": body,
        "responses": {"200": _response("The result.", JSON, named["result"]), **refused},
    }


def _response(description: str, kind: str, schema: str) -> JsonObject:
    return {"description": description, "content": _content(kind, schema)}


def _content(kind: str, schema: str) -> JsonObject:
    return {kind: {"schema": {"$ref": at(schema)}}}
