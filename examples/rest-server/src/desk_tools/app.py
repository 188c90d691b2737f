"""GET /mcp/discover, POST /mcp/execute and GET /health."""

import uuid
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from desk_tools.toolbox import Toolbox
from desk_tools.upstream import ToolFailedError


class Execution(BaseModel):
    """One tool to be executed."""

    tool_slug: str
    arguments: dict[str, Any]


class ExecuteRequest(BaseModel):
    """Tools to be executed in this order, up to the first that fails."""

    tools: list[Execution] = Field(min_length=1)
    request_id: str = Field(default_factory=lambda: str(uuid.uuid4()))


class ExecuteResponse(BaseModel):
    """What came of it."""

    request_id: str
    successful: bool
    data: dict[str, Any] | None = None
    error: str | None = None


def create_app(upstream: str) -> FastAPI:
    """Return the application; `upstream` is the URL of an MCP server."""
    app = FastAPI(title="desk-tools")
    toolbox = Toolbox(upstream)

    @app.get("/mcp/discover")
    async def discover() -> dict[str, Any]:
        return {
            "server_name": "desk_tools",
            "version": "1.0.0",
            "description": "Tools for a desk",
            "tools": list((await toolbox.definitions()).values()),
            "capabilities": ["text"],
            "health_check_url": "/health",
        }

    @app.post("/mcp/execute")
    async def execute(request: ExecuteRequest) -> ExecuteResponse:
        answer = ExecuteResponse(request_id=request.request_id, successful=True)
        results = []
        for each in request.tools:
            try:
                response = await toolbox.execute(each.tool_slug, each.arguments)
            except ToolFailedError as error:
                return answer.model_copy(update={"successful": False, "error": str(error)})
            results.append({"tool_slug": each.tool_slug, "response": response})
        return answer.model_copy(update={"data": {"results": results}})

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}

    return app
