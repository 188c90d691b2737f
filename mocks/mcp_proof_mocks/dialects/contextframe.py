"""ContextFrame: JSON-RPC at `/mcp/v1/jsonrpc`, streams of events below `/mcp/v1/sse`, health."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.dialects.contextframe import (
    ENDPOINT,
    HEALTH,
    PROGRESS,
    PROTOCOL,
    SUBSCRIBE,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.dialects.contextframe_streams import ContextFrameStreams
from mcp_proof_mocks.dialects.json_rpc import Client, JsonRpc, JsonRpcRoutes, Method
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.documents.tools import equip
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

INVALID_ARGUMENTS: Final = "Invalid arguments: "


class ContextFrame(JsonRpc):
    """Answers the requests of this dialect."""

    def __init__(self, server: MockServer) -> None:
        super().__init__(server)
        equip(server)

    def methods(self) -> Mapping[str, Method]:
        """Return what answers each method: `initialize` besides those of all."""
        return {**super().methods(), "initialize": self.initialize}

    async def initialize(self, _params: JsonObject, _client: Client) -> Json:
        """Answer initialize: who the server is, whatever version the client has."""
        return {
            "protocolVersion": PROTOCOL,
            "serverInfo": self.server.contract.info,
            "capabilities": {"tools": True},
        }

    def refusal(self, failure: ToolFailedError) -> RefusalError:
        """Return the error of a failed call; one argument that is wrong is named by words."""
        refusal = super().refusal(failure)
        pointer, _, problem = failure.text.removeprefix(INVALID_ARGUMENTS).partition(": ")
        if failure.why is Why.ARGUMENTS and pointer.startswith("/"):
            argument = pointer.removeprefix("/").replace("_", " ")
            return RefusalError(refusal.code, f"Invalid {argument}: {problem}")
        return refusal


class ContextFrameRoutes(JsonRpcRoutes):
    """Answers for one mock server."""

    ENDPOINT = ENDPOINT

    def __init__(self, server: MockServer, access: Access) -> None:
        super().__init__(server, access)
        self.rpc = ContextFrame(server)
        self._streams = ContextFrameStreams(self)

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        path = request.path.partition("?")[0]
        operation = path.removeprefix(PROGRESS) if path.startswith(PROGRESS) else None
        if path not in (ENDPOINT, HEALTH, SUBSCRIBE) and not operation:
            self.refuse_path(request, responder)
        elif request.method != (method := "POST" if path == ENDPOINT else "GET"):
            self.refuse_method(request, responder, method)
        elif path == ENDPOINT:
            await self.post(request, responder)
        elif path == HEALTH:
            self.respond(request, responder, HTTPStatus.OK, {"status": "healthy"})
        elif operation:
            await self._streams.progress(request, responder, operation)
        else:
            await self._streams.subscribe(request, responder)
