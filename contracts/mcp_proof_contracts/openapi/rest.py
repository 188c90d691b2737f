"""The OpenAPI 3.1 document of a REST server, made from what `GET /mcp/discover` says of it."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.components import SCHEMAS, at, component
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError, embedded_schema
from mcp_proof_contracts.rest_schema import in_draft_07, rest_schema
from mcp_proof_contracts.wire import as_list, as_object

_ANY_ARGUMENTS: Final[JsonObject] = {
    "description": "Arguments by the tool's input_schema, which cannot stand in this document.",
    "type": "object",
}
_REFUSED: Final[JsonObject] = {"type": "object"}


def rest_openapi(discovered: JsonObject, *, guarded: bool = False) -> JsonObject:
    """Return the document.

    A tool's `input_schema` says what its arguments are, except where it needs another document.

    Args:
        discovered: the answer to `GET /mcp/discover`.
        guarded: whether an execution takes a token.
    """
    tools = [as_object(tool) for tool in as_list(discovered.get("tools"))]
    info: dict[str, Json] = {
        "title": str(discovered.get("server_name", "")),
        "version": str(discovered.get("version", "")),
    }
    if discovered.get("description"):
        info["description"] = str(discovered["description"])
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": _paths(discovered, guarded=guarded),
        "components": {
            "schemas": {**_documents(), **dict(_arguments(tools)), "execute-request": _body(tools)},
            **({"securitySchemes": {"token": _TOKEN}} if guarded else {}),
        },
    }


_TOKEN: Final[JsonObject] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def _paths(discovered: JsonObject, *, guarded: bool) -> JsonObject:
    paths: dict[str, Json] = {
        DISCOVER: {"get": _operation("discover", "Who the server is, and its tools.")},
        EXECUTE: {"post": _execute(guarded=guarded)},
    }
    health = discovered.get("health_check_url")
    if isinstance(health, str) and health.startswith("/"):
        paths[health] = {"get": _operation("health", "How the server is.")}
    return paths


def _operation(document: str, summary: str) -> JsonObject:
    good = _response("The document.", {"$ref": f"{SCHEMAS}{document}"})
    return {"operationId": document, "summary": summary, "responses": {"200": good}}


def _execute(*, guarded: bool) -> JsonObject:
    limit: JsonObject = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    responses: dict[str, Json] = {
        "200": _response(
            "The results, or the error of the first tool that failed.",
            {"$ref": f"{SCHEMAS}execute-response"},
        ),
        "400": _response("The body is no JSON.", _REFUSED),
        "413": {"description": "The body is too large."},
        "422": _response("The body is of another form.", _REFUSED),
        "429": {
            **_response("A tool's rate limit is used up.", _REFUSED),
            "headers": {"Retry-After": limit},
        },
    }
    if guarded:
        responses["401"] = {"description": "No token, or none that is valid."}
    return {
        "operationId": "execute",
        "summary": "Execute tools in this order, up to the first that fails.",
        "requestBody": {"required": True, "content": _json({"$ref": f"{SCHEMAS}execute-request"})},
        "responses": responses,
        **({"security": [{"token": []}]} if guarded else {}),
    }


def _response(description: str, schema: JsonObject) -> JsonObject:
    return {"description": description, "content": _json(schema)}


def _json(schema: JsonObject) -> JsonObject:
    return {"application/json": {"schema": schema}}


def _documents() -> JsonObject:
    """The schemas of what is exchanged, referring to each other where they stand here."""
    definitions = as_object(rest_schema("tool")["$defs"])
    return {name: _among_components(schema) for name, schema in definitions.items()}


def _body(tools: list[JsonObject]) -> Json:
    """The body of an execution: as the dialect has it, with the arguments of these tools."""
    body = as_object(as_object(rest_schema("execute-request")["$defs"])["execute-request"])
    if not tools:
        return body
    members = as_object(body["properties"])
    calls: JsonObject = {**as_object(members["tools"]), "items": {"anyOf": list(_calls(tools))}}
    return {**body, "properties": {**members, "tools": calls}}


def _calls(tools: list[JsonObject]) -> Iterator[Json]:
    for number, tool in enumerate(tools, start=1):
        yield {
            "type": "object",
            "properties": {
                "tool_slug": {"const": tool.get("name")},
                "arguments": {"$ref": f"{SCHEMAS}{_component(number, tool)}"},
            },
            "required": ["tool_slug", "arguments"],
        }


def _arguments(tools: list[JsonObject]) -> Iterator[tuple[str, Json]]:
    """The schema of each tool's arguments, by the name of its component."""
    for number, tool in enumerate(tools, start=1):
        name = _component(number, tool)
        schema = in_draft_07(as_object(tool.get("input_schema")))
        try:
            yield name, embedded_schema(schema, at(name))
        except UnembeddableError:
            yield name, _ANY_ARGUMENTS


def _component(number: int, tool: JsonObject) -> str:
    return component(number, str(tool.get("name")), "arguments")


def _among_components(value: Json) -> Json:
    """Return a schema of the dialect whose references lead to where the others stand here."""
    if isinstance(value, dict):
        moved = {name: _among_components(part) for name, part in value.items()}
        if isinstance(reference := value.get("$ref"), str):
            moved["$ref"] = reference.replace("#/$defs/", SCHEMAS)
        return moved
    return [_among_components(part) for part in value] if isinstance(value, list) else value
