"""The OpenAPI 3.1 document of a server that speaks JSON-RPC at `POST /mcp`."""

from collections.abc import Mapping, Sequence
from typing import Final

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_authorization import AuthorizationContract
from mcp_proof_contracts.dialects.event_stream import STREAM
from mcp_proof_contracts.dialects.kailash import INTERNAL, INVALID_INPUT, UNAVAILABLE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.components import at, component
from mcp_proof_contracts.openapi.described import Operation
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError, embedded_schema
from mcp_proof_contracts.wire import as_object, encode

CALLS: Final = "/mcp"
DOCUMENT: Final = "/openapi.json"
HEALTH: Final = "/health"
READY: Final = "/ready"
METRICS: Final = "/metrics"
CREDENTIAL: Final = "credential"
"""The name of the security scheme."""
UNEMBEDDABLE: Final = (b'"$ref"', b'"$dynamicRef"', b'"$id"', b'"$schema"')
"""What means something else, or nothing, inside another document."""

_KEPT: Final = ("openapi", "info", "security")
_VERSION: Final[JsonObject] = {"const": "2.0"}
_ID: Final[JsonObject] = {"type": ["string", "integer"]}
_TEXT: Final[JsonObject] = {"type": "string"}
_REQUEST: Final[JsonObject] = {
    "description": "A request of JSON-RPC 2.0; without `id` a notification.",
    "type": "object",
    "properties": {
        "jsonrpc": _VERSION,
        "id": _ID,
        "method": _TEXT,
        "params": {"type": "object"},
    },
    "required": ["jsonrpc", "method"],
}
_RESULT: Final[JsonObject] = {
    "type": "object",
    "properties": {"jsonrpc": _VERSION, "id": _ID, "result": True},
    "required": ["jsonrpc", "id", "result"],
}
_HEALTH: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "status": {"enum": ["healthy", "unhealthy"]},
        "checks": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"status": _TEXT},
                "required": ["status"],
            },
        },
        "timestamp": {"type": "string", "format": "date-time"},
    },
    "required": ["status", "timestamp"],
}
_METRICS: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "total_requests": {"type": "integer"},
        "avg_response_time": {"description": "Milliseconds.", "type": "number"},
        "error_rate": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["total_requests", "avg_response_time", "error_rate"],
}


def jsonrpc_document(contract: Contract, tools: Sequence[JsonObject]) -> JsonObject:
    """Return the document of a server that offers these tools, each as it is listed.

    A request may have any method; calls of the tools are described one by one besides, with what
    their arguments must satisfy, so that whoever generates requests finds them.
    """
    info = contract.info
    return {
        "openapi": "3.1.0",
        "info": {
            "title": info.get("title", info["name"]),
            "version": info["version"],
            "description": info.get("description", "Tools, by JSON-RPC 2.0."),
        },
        "paths": {
            CALLS: {"post": _guarded(contract, _calls(tools))},
            STREAM: {"get": _guarded(contract, _events())},
            HEALTH: {"get": _get("health", "Whether the server is well", "Health", unwell=True)},
            READY: {"get": _get("ready", "Whether it takes requests", "Ready", unwell=True)},
            METRICS: {"get": _get("metrics", "What it did so far", "Metrics")},
        },
        "components": {"schemas": _schemas(contract), **_security_schemes(contract.authorization)},
    }


def narrowed_document(described: Operation, tools: Sequence[JsonObject]) -> JsonObject:
    """Return a server's own document with calls of these tools in place of any request.

    What else it has is left out, but for what tells how the server is: who generates requests from
    it can do no harm. So is a tool whose schema cannot stand in a document.
    """
    components = as_object(described.document.get("components"))
    schemas, calls = dict(as_object(components.get("schemas"))), list[Json]()
    for number, tool in enumerate(tools, start=1):
        name = component(number, str(tool.get("name")), "arguments")
        try:
            schemas[name] = embedded_schema(as_object(tool.get("inputSchema")), at(name))
        except UnembeddableError:
            continue
        calls.append(_call_of({**tool, "inputSchema": _named(name)}))
    body: JsonObject = {
        "required": True,
        "content": {"application/json": {"schema": {"anyOf": calls}}},
    }
    paths = {
        path: {"get": as_object(item)["get"]}
        for path, item in as_object(described.document.get("paths")).items()
        if path in (HEALTH, READY, METRICS) and "get" in as_object(item)
    }
    if calls:
        paths[described.path] = {"post": {**described.value, "requestBody": body}}
    kept = {name: described.document[name] for name in _KEPT if name in described.document}
    return {**kept, "paths": paths, "components": {**components, "schemas": schemas}}


def _calls(tools: Sequence[JsonObject]) -> JsonObject:
    called: list[Json] = [_call_of(tool) for tool in tools if _embeddable(tool)]
    body: JsonObject = {"anyOf": [_named("Request"), *called]}
    listing: JsonObject = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    responses: JsonObject = {
        "200": _holding("The response to a request", _named("Response")),
        "202": {"description": "A notification was taken"},
        "400": _holding("This is no request", _named("Failure")),
        "413": _holding("The request is too large", _named("Problem")),
    }
    return {
        "operationId": "call",
        "summary": "Ask by JSON-RPC 2.0",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": body,
                    "examples": {"tools": {"summary": "List the tools", "value": listing}},
                }
            },
        },
        "responses": responses,
    }


def _events() -> JsonObject:
    content: JsonObject = {"text/event-stream": {"schema": _TEXT}}
    return {
        "operationId": "follow",
        "summary": "Hear of what is executed, and of what has changed",
        "responses": {"200": {"description": "Events, each with JSON", "content": content}},
    }


def _guarded(contract: Contract, operation: JsonObject) -> JsonObject:
    """An operation with the credential that the contract demands."""
    if contract.authorization is None:
        return operation
    refusals: JsonObject = {
        "401": {"description": "The credential is missing, or is not accepted"},
        "403": {"description": "The credential does not suffice"},
    }
    return {
        **operation,
        "responses": {**as_object(operation["responses"]), **refusals},
        "security": [{CREDENTIAL: list(contract.authorization.scopes)}],
    }


def _call_of(tool: JsonObject) -> JsonObject:
    """A `tools/call` of one tool."""
    params: JsonObject = {
        "type": "object",
        "properties": {"name": {"const": tool["name"]}, "arguments": tool["inputSchema"]},
        "required": ["name", "arguments"],
    }
    return {
        "title": f"Call of {tool['name']}",
        "description": tool.get("description", ""),
        "type": "object",
        "properties": {
            "jsonrpc": _VERSION,
            "id": _ID,
            "method": {"const": "tools/call"},
            "params": params,
        },
        "required": ["jsonrpc", "id", "method", "params"],
    }


def _embeddable(tool: JsonObject) -> bool:
    schema = encode(as_object(tool.get("inputSchema")))
    return not any(keyword in schema for keyword in UNEMBEDDABLE)


def _get(name: str, summary: str, schema: str, *, unwell: bool = False) -> JsonObject:
    responses: dict[str, Json] = {"200": _holding(summary, _named(schema))}
    if unwell:
        responses["503"] = _holding("It is not", _named(schema))
    return {"operationId": name, "summary": summary, "security": [], "responses": responses}


def _holding(description: str, schema: JsonObject) -> JsonObject:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _named(schema: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{schema}"}


def _schemas(contract: Contract) -> JsonObject:
    return {
        "Request": _REQUEST,
        "Result": _RESULT,
        "Error": _error(contract),
        "Failure": {
            "type": "object",
            "properties": {
                "jsonrpc": _VERSION,
                "id": {"type": ["string", "integer", "null"]},
                "error": _named("Error"),
            },
            "required": ["jsonrpc", "id", "error"],
        },
        "Response": {"oneOf": [_named("Result"), _named("Failure")]},
        "Problem": {"type": "object", "properties": {"detail": _TEXT}, "required": ["detail"]},
        "Health": _HEALTH,
        "Ready": {"type": "object", "properties": {"status": _TEXT}, "required": ["status"]},
        "Metrics": _METRICS,
    }


def _error(contract: Contract) -> JsonObject:
    error: JsonObject = {
        "type": "object",
        "properties": {"code": {"type": "integer"}, "message": _TEXT, "data": True},
        "required": ["code", "message"],
    }
    if contract.errors == "json-rpc":
        return error
    place: JsonObject = {"field": _TEXT, "value": True}
    wait: JsonObject = {"retry_after": {"description": "Seconds.", "type": "number", "minimum": 0}}
    return {
        **error,
        "description": f"{INVALID_INPUT} is invalid input, {UNAVAILABLE} that something is away, "
        f"{INTERNAL} a failure of the tool; the other codes are those of JSON-RPC.",
        "allOf": [_with_data(INVALID_INPUT, place), _with_data(UNAVAILABLE, wait)],
    }


def _with_data(code: int, members: JsonObject) -> JsonObject:
    """An error with this code has these members in its `data`."""
    data: JsonObject = {"type": "object", "properties": members, "required": list(members)}
    return {
        "if": {"properties": {"code": {"const": code}}},
        "then": {"properties": {"data": data}, "required": ["data"]},
    }


def _security_schemes(authorization: AuthorizationContract | None) -> Mapping[str, Json]:
    if authorization is None:
        return {}
    return {"securitySchemes": {CREDENTIAL: _security_scheme(authorization)}}


def _security_scheme(authorization: AuthorizationContract) -> JsonObject:
    match authorization.scheme:
        case "api-key":
            return {"type": "apiKey", "in": "header", "name": "X-API-Key"}
        case "bearer":
            return {"type": "http", "scheme": "bearer"}
        case "jwt":
            return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        case "oauth":
            needed = (*authorization.scopes, *(s for t in authorization.tools.values() for s in t))
            scopes: JsonObject = dict.fromkeys(needed, "")
            token: JsonObject = {"tokenUrl": "/token", "scopes": scopes}
            code: JsonObject = {"authorizationUrl": "/authorize", **token}
            return {
                "type": "oauth2",
                "flows": {"authorizationCode": code, "clientCredentials": token},
            }
