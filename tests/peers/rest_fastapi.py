"""REST servers in FastAPI as guides show them, with what such guides forget, and careful ones."""

import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jsonschema import Draft7Validator
from pydantic import BaseModel, ConfigDict, Field

SECRET = "a secret that only the server and who issues its tokens know"
ALWAYS_THEN = "2026-01-01T00:00:00Z"
MAX_BODY = 1024 * 1024
SPANS = {"minute": 60, "hour": 3600}
bearer = HTTPBearer()

TOOLS: dict[str, dict[str, Any]] = {
    "send_email": {
        "name": "send_email",
        "description": "Sends an email.",
        "input_schema": {
            "type": "object",
            "properties": {
                "to": {"type": "array", "items": {"type": "string", "format": "email"}},
                "subject": {"type": "string"},
                "body": {"type": "string"},
            },
            "required": ["to", "subject", "body"],
        },
        "output_schema": {
            "type": "object",
            "properties": {"message_id": {"type": "string"}, "status": {"type": "string"}},
        },
        "requires_confirmation": True,
        "rate_limit": "10/hour",
        "permissions": ["tool:send_email"],
    },
    "count_words": {
        "name": "count_words",
        "description": "Counts the words of a text.",
        "input_schema": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
        },
        "output_schema": {"type": "object", "properties": {"words": {"type": "integer"}}},
        "rate_limit": "8/minute",
        "permissions": ["tool:count_words"],
        "annotations": {"readOnlyHint": True},
    },
    "read_audit": {
        "name": "read_audit",
        "description": "Reads who executed what.",
        "input_schema": {"type": "object"},
        "permissions": ["tool:read_audit"],
        "annotations": {"readOnlyHint": True},
    },
}


def token(secret: str = SECRET, **claims: Any) -> str:
    """A token as the servers take them: for an hour, and for two of the tools."""
    allowed = ["tool:send_email", "tool:count_words"]
    usual = {"user_id": "ada", "permissions": allowed, "exp": time.time() + 3600}
    return jwt.encode({**usual, **claims}, secret, "HS256")


class Discovered(BaseModel):
    server_name: str
    version: str
    description: str
    tools: list[dict[str, Any]]
    capabilities: list[str]
    health_check_url: str | None = None


class LooseRequest(BaseModel):
    tools: list[dict[str, Any]]
    request_id: str | None = None
    thought: str | None = None


class Response(BaseModel):
    request_id: str
    successful: bool
    data: dict[str, Any] | None = None
    error: str | None = None


@dataclass
class Limiter:
    """Counts as a script in Redis would: a key, and when it is forgotten."""

    clock: Callable[[], float]
    counts: dict[str, tuple[int, float]] = field(default_factory=dict)

    def left(self, tool: str, user: str) -> float:
        """Count a call; give the seconds until the next one is allowed, 0 for this one."""
        if "rate_limit" not in TOOLS[tool]:
            return 0
        calls, span = TOOLS[tool]["rate_limit"].split("/")
        count, until = self.counts.get(f"{tool}:{user}", (0, 0.0))
        if until <= self.clock():
            count, until = 0, self.clock() + SPANS[span]
        self.counts[f"{tool}:{user}"] = (count + 1, until)
        return until - self.clock() if count >= int(calls) else 0


def run(name: str, arguments: Any) -> dict[str, Any]:
    if name == "send_email":
        return {"message_id": "msg_1", "status": "sent"}
    if name == "count_words":
        return {"words": len(arguments["text"].split())}
    return {"entries": []}


def with_discovery(app: FastAPI, now: Callable[[], str]) -> FastAPI:
    @app.get("/mcp/discover")
    async def discover() -> Discovered:
        return Discovered(
            server_name="email_tools",
            version="1.0.0",
            description="Email tools",
            tools=list(TOOLS.values()),
            capabilities=["email"],
            health_check_url="/health",
        )

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "healthy", "timestamp": now()}

    return app


def loose_app() -> FastAPI:
    """As a guide begins: nothing looks at the arguments, nor at the items of a body."""
    app = with_discovery(FastAPI(), lambda: ALWAYS_THEN)

    @app.post("/mcp/execute")
    async def execute(request: LooseRequest) -> Response:
        request_id = request.request_id or "unknown"
        results = []
        for item in request.tools:
            name = str(item.get("tool_slug"))
            if name not in TOOLS:
                error = f"Tool '{name}' not found"
                return Response(request_id=request_id, successful=False, error=error)
            try:
                value = run(name, item.get("arguments", {}))
            except Exception as error:  # noqa: BLE001  # as guides have it
                return Response(request_id=request_id, successful=False, error=str(error))
            results.append({"tool_slug": name, "response": value})
        return Response(request_id=request_id, successful=True, data={"results": results})

    return app


def claims_of(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)],
) -> dict[str, Any]:
    try:
        return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"])
    except jwt.ExpiredSignatureError:
        raise HTTPException(401, "Token expired") from None
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Invalid token") from None


def loose_guarded_app(clock: Callable[[], float] = time.time) -> FastAPI:
    """As the guide goes on: an answer demands a request_id, a limit is caught with the rest."""
    app, limiter = with_discovery(FastAPI(), lambda: ALWAYS_THEN), Limiter(clock)

    async def executed(name: str, arguments: Any, user: str) -> dict[str, Any]:
        if limiter.left(name, user):
            raise HTTPException(429, "Rate limit exceeded")
        return run(name, arguments)

    @app.post("/mcp/execute")
    async def execute(
        request: LooseRequest, claims: Annotated[dict[str, Any], Depends(claims_of)]
    ) -> Response:
        request_id: Any = request.request_id
        results = []
        for item in request.tools:
            name, error = item.get("tool_slug"), ""
            if name not in TOOLS:
                error = f"Tool '{name}' not found"
            elif f"tool:{name}" not in claims.get("permissions", []):
                error = f"Permission denied for tool '{name}'"
            if error:
                return Response(request_id=request_id, successful=False, error=error)
            try:
                value = await executed(name, item.get("arguments", {}), claims["user_id"])
            except Exception as failure:  # noqa: BLE001  # as guides have it: the limit too
                return Response(request_id=request_id, successful=False, error=str(failure))
            results.append({"tool_slug": name, "response": value})
        return Response(request_id=request_id, successful=True, data={"results": results})

    return app


class Call(BaseModel):
    model_config = ConfigDict(strict=True)
    tool_slug: str = Field(min_length=1)
    arguments: dict[str, Any]


class CarefulRequest(BaseModel):
    model_config = ConfigDict(strict=True)
    tools: list[Call] = Field(min_length=1)
    request_id: str | None = None
    sync_response_to_workbench: bool = False
    thought: str | None = None
    current_step: str | None = None


async def open_to_all() -> dict[str, Any]:
    return {"permissions": [f"tool:{name}" for name in TOOLS], "user_id": "anonymous"}


def challenging(request: Request) -> dict[str, Any]:
    """The claims of the token; who has none is told what it takes."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    presented = credential if scheme.lower() == "bearer" else ""
    try:
        return jwt.decode(presented, SECRET, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError as error:
        headers = {"WWW-Authenticate": 'Bearer realm="mcp"'}
        raise HTTPException(401, str(error), headers) from None


def careful_app(*, guarded: bool = False, clock: Callable[[], float] = time.time) -> FastAPI:
    """One that keeps everything."""
    app = with_discovery(FastAPI(), lambda: datetime.now(UTC).isoformat())
    limiter, caller = Limiter(clock), challenging if guarded else open_to_all

    @app.middleware("http")
    async def bounded(request: Request, following: Callable[[Request], Awaitable[Any]]) -> Any:
        if int(request.headers.get("content-length", 0)) > MAX_BODY:
            return JSONResponse({"detail": "Content Too Large"}, 413)
        return await following(request)

    @app.post("/mcp/execute")
    async def execute(
        request: CarefulRequest, claims: Annotated[dict[str, Any], Depends(caller)]
    ) -> Response:
        request_id = request.request_id or str(uuid.uuid4())
        results = []
        for call in request.tools:
            if (error := problem(call, claims)) is not None:
                return Response(request_id=request_id, successful=False, error=error)
            if seconds := limiter.left(call.tool_slug, claims["user_id"]):
                headers = {"Retry-After": str(int(seconds) + 1)}
                raise HTTPException(429, "Rate limit exceeded", headers)
            value = run(call.tool_slug, call.arguments)
            results.append({"tool_slug": call.tool_slug, "response": value})
        return Response(request_id=request_id, successful=True, data={"results": results})

    return app


def problem(call: Call, claims: dict[str, Any]) -> str | None:
    """Why a call is not executed, if so."""
    tool = TOOLS.get(call.tool_slug)
    if tool is None:
        return f"Tool '{call.tool_slug}' not found"
    if not set(tool["permissions"]) <= set(claims.get("permissions") or []):
        return f"Permission denied for tool '{call.tool_slug}'"
    errors = Draft7Validator(tool["input_schema"]).iter_errors(call.arguments)
    return next((f"Invalid arguments: {error.message}" for error in errors), None)
