"""A server that is not up yet."""

from http import HTTPStatus

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, tool
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import parse
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


@scenario(
    "startup-late",
    "client-startup-retried",
    "client-startup-first",
    promise="startup",
    transports=HTTP,
    dialect=Dialect.MCP,
    until=Revision.R2025_11_25,
)
def late(stage: Stage) -> None:
    """A server is up only when the last try comes that was agreed on."""
    left = stage.terms("startup").count("attempts") - 1

    async def take(request: HttpRequest) -> HttpResponse | None:
        nonlocal left
        if left == 0 or (request.body and parse(request.body).method == "notifications/cancelled"):
            return None
        left -= 1
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)

    stage.tools(tool("search", "query"))
    stage.take(take)
    stage.wish("call", tool="search", arguments={"query": "one"})
