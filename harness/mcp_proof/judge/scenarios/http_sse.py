"""Servers that have HTTP+SSE alone, and servers that only seem to."""

from dataclasses import replace
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.error_codes import UNSUPPORTED_VERSION
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.http.legacy_sse import STREAM
from mcp_proof_mocks.http.mcp_routes import PATH
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import Application

NEVER: Final = "2099-01-01"
"""A version that nobody speaks."""


@scenario(
    "sse-behind-url",
    "sse-client-fallback-detect",
    since=Revision.R2025_03_26,
    transports=("http",),
)
def behind_url(stage: Stage) -> None:
    """Behind the URL is a server of 2024-11-05, which refuses a POST there and has a stream."""

    async def older(request: HttpRequest, responder: Responder, application: Application) -> None:
        moved = replace(request, path=STREAM) if request.path == PATH else request
        await application(moved, responder)

    stage.document["revisions"] = [Revision.R2024_11_05]
    stage.intercept(older)
    stage.tools(ECHO)
    stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario(
    "sse-modern-refusal",
    "sse-client-no-fallback-on-modern-error",
    since=Revision.R2026_07_28,
    transports=("http",),
)
def modern_refusal(stage: Stage) -> None:
    """The server refuses everything with 400, for it speaks another version alone."""
    data: JsonObject = {"supported": [NEVER], "requested": stage.revision}
    error: JsonObject = {
        "code": UNSUPPORTED_VERSION,
        "message": "Unsupported protocol version",
        "data": data,
    }

    async def refuse(request: HttpRequest, responder: Responder, application: Application) -> None:
        if request.method != "POST":
            await application(request, responder)
            return
        body = encode({"jsonrpc": "2.0", "id": parse(request.body).id, "error": error})
        responder.respond(HttpResponse(status=400, headers=JSON, body=body))

    stage.intercept(refuse)
    stage.wish("list", what="tools")
