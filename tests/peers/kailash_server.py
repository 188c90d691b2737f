"""Servers in Starlette in the Kailash style: a careful one, and one as guides sketch it.

What the sketch forgets: `retry_after` is beside the error's `data`, a validation error has no
field, an internal error shows its traceback, and an unhealthy server says so with status 200.
"""

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from jsonschema import Draft202012Validator, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SECRET = "a secret of at least thirty-two bytes"
KEYS = {"client1": "key123", "client2": "key456"}
PLACE = {"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]}
READ_ONLY = {"readOnlyHint": True}
FILES = {"file:///data/config.json": '{"units": "F"}'}


class ToolError(Exception):
    def __init__(self, code: int, message: str, **members: Any) -> None:
        super().__init__(message)
        self.error = {"code": code, "message": message, **members}


@dataclass
class Tool:
    handler: Callable[..., Awaitable[Any]]
    description: str
    schema: dict[str, Any]

    def listed(self, name: str) -> dict[str, Any]:
        described = {"description": self.description, "inputSchema": self.schema}
        return {"name": name, **described, "annotations": READ_ONLY}


@dataclass
class KailashServer:
    """Tools by decorator or at run time, one key or token to enter, checks for orchestrators."""

    name: str
    careful: bool = True
    checks: dict[str, str] = field(default_factory=lambda: {"database": "healthy"})
    tools: dict[str, Tool] = field(default_factory=dict)

    def tool(self, description: str, schema: dict[str, Any]) -> Callable[..., Any]:
        def register(handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
            self.add_tool(handler, description, schema)
            return handler

        return register

    def add_tool(
        self, handler: Callable[..., Awaitable[Any]], description: str, schema: dict[str, Any]
    ) -> None:
        self.tools[handler.__name__] = Tool(handler, description, schema)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/mcp", self.called, methods=["POST"]),
                Route("/openapi.json", self.document),
                Route("/health", self.health),
                Route("/ready", lambda _: JSONResponse({"status": "ready"})),
            ]
        )

    # Checks

    async def health(self, _request: Request) -> Response:
        checks = {name: {"status": status} for name, status in self.checks.items()}
        well = all(check["status"] == "healthy" for check in checks.values())
        status = 200 if well or not self.careful else 503
        told = {
            "status": "healthy" if well else "unhealthy",
            "checks": checks,
            "timestamp": datetime.now(UTC).isoformat(),
        }
        return JSONResponse(told, status)

    # Calls

    async def called(self, request: Request) -> Response:
        if not _may_enter(request):
            return JSONResponse({"error": "unauthorized"}, 401)
        try:
            call = await request.json()
        except ValueError:
            return _failed(None, {"code": -32700, "message": "Parse error"}, 400)
        if not _is_call(call):
            return _failed(None, {"code": -32600, "message": "Invalid Request"}, 400)
        if "id" not in call:
            return Response(status_code=202)
        try:
            result = await self._result(call["method"], call.get("params", {}))
        except ToolError as failure:
            return _failed(call["id"], failure.error)
        return JSONResponse({"jsonrpc": "2.0", "id": call["id"], "result": result})

    async def _result(self, method: str, params: dict[str, Any]) -> Any:
        match method:
            case "tools/list":
                return {"tools": [tool.listed(name) for name, tool in self.tools.items()]}
            case "tools/call":
                return await self._run(params.get("name"), params.get("arguments", {}))
            case "resources/list":
                listed = [{"uri": uri, "name": uri.rpartition("/")[2]} for uri in FILES]
                return {"resources": listed}
            case "resources/read":
                uri = params.get("uri")
                if uri not in FILES:
                    raise self._invalid(f"there is no {uri}", "uri", uri)
                return {"contents": [{"uri": uri, "text": FILES[uri]}]}
        raise ToolError(-32601, f"there is no method {method}")

    async def _run(self, name: Any, arguments: Any) -> Any:
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise ToolError(-32602, "tools/call takes a name, and arguments that are an object")
        if name not in self.tools:
            raise self._invalid(f"there is no tool {name}", "name", name)
        tool = self.tools[name]
        try:
            Draft202012Validator(tool.schema).validate(arguments)
            return await tool.handler(**arguments)
        except ValidationError as error:
            place = next(iter(error.path), tool.schema["required"][0])
            raise self._invalid(error.message, place, arguments.get(place)) from error
        except ConnectionError as error:
            wait = {"retry_after": 60}
            after = {"data": wait} if self.careful else wait
            raise ToolError(-2001, "External service unavailable", **after) from error
        except Exception as error:
            inside = {} if self.careful else {"data": traceback.format_exc()}
            raise ToolError(-3000, "Internal server error", **inside) from error

    def _invalid(self, why: str, place: Any, value: Any) -> ToolError:
        data = {"data": {"field": str(place), "value": value}} if self.careful else {}
        return ToolError(-1001, f"Invalid input: {why}", **data)

    async def document(self, _request: Request) -> Response:
        return JSONResponse(described(self.name))


def _is_call(call: Any) -> bool:
    return (
        isinstance(call, dict)
        and call.get("jsonrpc") == "2.0"
        and isinstance(call.get("method"), str)
        and isinstance(call.get("params", {}), dict)
        and type(call.get("id", 0)) in (int, str)
    )


def _may_enter(request: Request) -> bool:
    if request.headers.get("X-API-Key") in KEYS.values():
        return True
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError:
        return False
    return scheme == "Bearer"


def _failed(request_id: Any, error: dict[str, Any], status: int = 200) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": request_id, "error": error}, status)


def described(name: str) -> dict[str, Any]:
    """The document, as an author writes it by hand."""
    version = {"const": "2.0"}
    request = {
        "type": "object",
        "properties": {
            "jsonrpc": version,
            "method": {"type": "string"},
            "params": {"type": "object"},
            "id": {"type": ["integer", "string"]},
        },
        "required": ["jsonrpc", "method"],
    }
    codes = "-1001 invalid input, -2001 unavailable, -3000 internal; else those of JSON-RPC"
    error = {
        "type": "object",
        "description": codes,
        "properties": {"code": {"type": "integer", "examples": [-1001, -2001, -3000]}},
        "required": ["code", "message"],
    }
    response = {
        "type": "object",
        "properties": {"jsonrpc": version, "error": error},
        "oneOf": [{"required": ["result"]}, {"required": ["error"]}],
        "required": ["jsonrpc", "id"],
    }
    holding = {"application/json": {"schema": response}}
    call = {
        "security": [{"key": []}, {"token": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {
            "200": {"description": "The response", "content": holding},
            "202": {"description": "A notification was taken"},
            "400": {"description": "No request", "content": holding},
            "401": {"description": "Neither a key nor a token"},
        },
    }
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1.0.0"},
        "paths": {"/mcp": {"post": call}},
        "components": {"securitySchemes": schemes, "schemas": {"Error": error}},
    }


def weather_server(*, careful: bool) -> KailashServer:
    """A server whose external service is away, and whose sensor is broken."""
    server = KailashServer("weather", careful=careful)
    if not careful:
        server.checks["weather_api"] = "unhealthy"

    @server.tool("Tells the weather of a place.", PLACE)
    async def get_weather(location: str) -> dict[str, Any]:
        return {"location": location, "temperature": 72, "condition": "sunny"}

    @server.tool("Asks a service that is away.", PLACE)
    async def get_forecast(location: str) -> Any:
        raise ConnectionError(location)

    @server.tool("Reads a sensor that is broken.", {"type": "object", "required": []})
    async def read_sensor() -> Any:
        return 1 / 0

    return server
