"""Servers in FastAPI with JSON-RPC at `/mcp`: a careful one, and one as guides sketch it.

The sketch has the document of an integration guide, which refers to a schema that it does not have
and names no credential, checks its key by 403, and answers whatever goes wrong with -32000.
"""

from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import APIKeyHeader
from jsonschema import Draft202012Validator
from pydantic import BaseModel, StrictInt, StrictStr

KEY = "careful-key"
SETTINGS = "config://settings"
ARGUMENTS = {
    "type": "object",
    "properties": {"input": {"type": "string"}, "format": {"enum": ["json", "text"]}},
    "required": ["input"],
}
TOOL = {
    "name": "process_data",
    "description": "Processes a text.",
    "inputSchema": ARGUMENTS,
    "annotations": {"readOnlyHint": True},
}
RESOURCE = {"uri": SETTINGS, "name": "settings", "mimeType": "text/plain"}

DESCRIBED = {
    202: {"description": "A notification was taken"},
    400: {"description": "What is no UTF-8"},
    401: {"description": "No such key"},
}


class Call(BaseModel):
    jsonrpc: Literal["2.0"]
    method: StrictStr
    params: dict[str, Any] = {}
    id: StrictInt | StrictStr | None = None


class Error(BaseModel):
    code: int
    message: str
    data: Any = None


class Answer(BaseModel):
    jsonrpc: Literal["2.0"] = "2.0"
    id: int | str | None
    result: Any = None
    error: Error | None = None


class RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.error = Error(code=code, message=message)


def process_data(
    input: str,  # noqa: A002  # as listed
    format: str = "json",  # noqa: A002  # as listed
    **_more: Any,
) -> dict[str, str]:
    return {"processed": input, "format": format}


def careful_app() -> FastAPI:
    """A server that keeps everything."""
    app = FastAPI(title="careful", version="1.0.0")
    key = APIKeyHeader(name="X-API-Key", auto_error=False)

    def admitted(given: Annotated[str | None, Depends(key)]) -> None:
        if given != KEY:
            raise HTTPException(401, "no such key", headers={"WWW-Authenticate": "ApiKey"})

    @app.post("/mcp", dependencies=[Depends(admitted)], responses=DESCRIBED)
    def called(call: Call) -> Answer:
        try:
            return Answer(id=call.id, result=_result(call))
        except RpcError as refusal:
            return Answer(id=call.id, error=refusal.error)

    @app.middleware("http")
    async def shorten(request: Request, proceed: Any) -> Response:
        response = await proceed(request)
        return await _either_result_or_error(request, response)

    return app


async def _either_result_or_error(request: Request, response: Any) -> Response:
    """Leave the member out that JSON-RPC does not have beside the other."""
    if request.url.path != "/mcp" or response.status_code != 200:
        return response
    body = b"".join([chunk async for chunk in response.body_iterator])
    answer = Answer.model_validate_json(body)
    if answer.id is None:
        return Response(status_code=202)
    members = answer.model_dump(exclude={"error"} if answer.error is None else {"result"})
    if members.get("error"):
        members["error"] = {k: v for k, v in members["error"].items() if v is not None}
    import orjson

    return Response(orjson.dumps(members), media_type="application/json")


def _result(call: Call) -> Any:
    match call.method, call.params:
        case "tools/list", _:
            return {"tools": [TOOL]}
        case "tools/call", {"name": "process_data", "arguments": dict(arguments)}:
            if not Draft202012Validator(ARGUMENTS).is_valid(arguments):
                raise RpcError(-32602, "invalid arguments")
            return process_data(**arguments)
        case "resources/list", _:
            return {"resources": [RESOURCE]}
        case "resources/read", {"uri": "config://settings"}:
            return {"contents": [{"uri": SETTINGS, "mimeType": "text/plain", "text": "retries: 3"}]}
        case (("tools/call" | "resources/read"), _):
            raise RpcError(-32602, "there is nothing of the kind")
    raise RpcError(-32601, f"there is no method {call.method}")


# As a guide sketches it

REQUEST = {
    "type": "object",
    "properties": {
        "jsonrpc": {"type": "string", "enum": ["2.0"]},
        "method": {"type": "string"},
        "params": {"type": "object"},
        "id": {"type": "integer"},
    },
}
SKETCHED = {
    "openapi": "3.0.0",
    "info": {"title": "sketch", "version": "1.0.0"},
    "paths": {
        "/mcp": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Request"}}
                    },
                },
                "responses": {
                    "200": {
                        "description": "Successful response",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Response"}
                            }
                        },
                    }
                },
            }
        }
    },
    "components": {"schemas": {"Request": REQUEST}},
}


def sketched_app() -> FastAPI:
    """A server with the weak spots of the guide."""
    app = FastAPI()
    app.openapi = lambda: SKETCHED

    @app.post("/mcp")
    async def called(request: Request) -> Any:
        if request.headers.get("X-API-Key") != KEY:
            raise HTTPException(403, "no such key")
        try:
            call = await request.json()
            methods = {"tools/list": lambda: {"tools": [TOOL]}, "tools/call": lambda: _run(call)}
            result = methods[call["method"]]()
        except Exception as error:  # noqa: BLE001  # the weak spot
            told = {"code": -32000, "message": f"Server error: {error!r}"}
            return {"jsonrpc": "2.0", "id": None, "error": told}
        return {"jsonrpc": "2.0", "id": call["id"], "result": result}

    return app


def _run(call: dict[str, Any]) -> Any:
    tools = {"process_data": process_data}
    return tools[call["params"]["name"]](**call["params"]["arguments"])
