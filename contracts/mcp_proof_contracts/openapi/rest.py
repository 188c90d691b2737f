"""The OpenAPI 3.1 document of a REST server, made from what `GET /mcp/discover` says of it."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rest_schema import in_draft_07, rest_schema
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_contracts.wire import as_list, as_object

SCHEMAS: Final = "#/components/schemas/"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
"""What the name of a component may be (OpenAPI 3.1, Components Object)."""
_MEANS_OTHERWISE: Final = frozenset(
    {"$id", "$anchor", "$dynamicRef", "$recursiveRef", "additionalItems", "dependencies"}
)
"""Keywords that mean something else, or nothing, in the JSON Schema that OpenAPI 3.1 has."""
_BESIDE_A_REFERENCE: Final = frozenset({"$ref", "title", "description", "default", "examples"})
"""What draft-07 may have beside `$ref`: it ignores it, and the others only annotate."""
_ANY_ARGUMENTS: Final[JsonObject] = {
    "description": "Arguments by the tool's input_schema, which cannot stand in this document.",
    "type": "object",
}
_REFUSED: Final[JsonObject] = {"type": "object"}


def rest_openapi(discovered: JsonObject, *, guarded: bool = False) -> JsonObject:
    """Return the document.

    A tool's `input_schema` says what its arguments are, except where it means something else in
    OpenAPI 3.1: where it refers to another document, or has keywords that changed since draft-07.

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
    return {name: _moved(schema, {"#/$defs/": SCHEMAS}) for name, schema in definitions.items()}


def _body(tools: list[JsonObject]) -> Json:
    """The body of an execution: as the dialect has it, with the arguments of these tools."""
    body = as_object(as_object(rest_schema("execute-request")["$defs"])["execute-request"])
    if not tools:
        return body
    members = as_object(body["properties"])
    calls: JsonObject = {**as_object(members["tools"]), "items": {"anyOf": list(_calls(tools))}}
    return {**body, "properties": {**members, "tools": calls}}


def _calls(tools: list[JsonObject]) -> Iterator[Json]:
    for number, tool in enumerate(tools):
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
    for number, tool in enumerate(tools):
        name = _component(number, tool)
        schema = as_object(tool.get("input_schema"))
        usable = schema_problem(in_draft_07(schema)) is None and all(map(_fits, _parts(schema)))
        plain = {key: value for key, value in schema.items() if key != "$schema"}
        here = {"#/": f"{SCHEMAS}{name}/", "#": f"{SCHEMAS}{name}"}
        yield name, _moved(plain, here) if usable else _ANY_ARGUMENTS


def _component(number: int, tool: JsonObject) -> str:
    name = str(tool.get("name"))
    return f"{name if _NAME.fullmatch(name) else f'tool-{number + 1}'}-arguments"


def _parts(value: Json) -> Iterator[JsonObject]:
    """Yield every object in a value."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else as_list(value):
        yield from _parts(part)


def _fits(part: JsonObject) -> bool:
    """Whether a part of a schema of draft-07 means the same in the JSON Schema of OpenAPI 3.1."""
    reference = part.get("$ref", "#")
    return (
        not _MEANS_OTHERWISE & part.keys()
        and not isinstance(part.get("items"), list)
        and isinstance(reference, str)
        and reference.startswith("#")
        and (reference == "#" or reference.startswith("#/"))
        and ("$ref" not in part or part.keys() <= _BESIDE_A_REFERENCE)
    )


def _moved(value: Json, beginnings: JsonObject) -> Json:
    """Return a schema whose references lead to where it stands now."""
    if isinstance(value, dict):
        moved = {name: _moved(part, beginnings) for name, part in value.items()}
        if isinstance(reference := value.get("$ref"), str):
            moved["$ref"] = _led(reference, beginnings)
        return moved
    return [_moved(part, beginnings) for part in value] if isinstance(value, list) else value


def _led(reference: str, beginnings: JsonObject) -> str:
    for old, new in beginnings.items():
        if reference.startswith(old):
            return f"{new}{reference.removeprefix(old)}"
    return reference
