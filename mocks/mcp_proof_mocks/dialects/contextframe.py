"""ContextFrame: JSON-RPC at `/mcp/v1/jsonrpc`, whose results are bare objects; `GET /health`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.call import Send
from mcp_proof_mocks.dialects.json_rpc import JsonRpc, JsonRpcRoutes, Method
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.server import MockServer

ENDPOINT: Final = "/mcp/v1/jsonrpc"
HEALTH: Final = "/health"
METHODS: Final[Mapping[str, str]] = {ENDPOINT: "POST", HEALTH: "GET"}
PROTOCOL: Final = "0.1.0"


class ContextFrame(JsonRpc):
    """Answers the requests of this dialect."""

    def methods(self) -> Mapping[str, Method]:
        """Return what answers each method: `initialize` besides those of all."""
        return {**super().methods(), "initialize": self.initialize}

    async def initialize(self, _params: JsonObject, _send: Send) -> Json:
        """Answer initialize: who the server is, whatever version the client has."""
        return {
            "protocolVersion": PROTOCOL,
            "serverInfo": self.server.contract.info,
            "capabilities": {"tools": True},
        }


class ContextFrameRoutes(JsonRpcRoutes):
    """Answers for one mock server."""

    ENDPOINT = ENDPOINT

    def __init__(self, server: MockServer, access: Access) -> None:
        super().__init__(server, access)
        self.rpc = ContextFrame(server)

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        path = request.path.partition("?")[0]
        method = METHODS.get(path)
        if method is None:
            self.respond(request, responder, HTTPStatus.NOT_FOUND, {"detail": "Not Found"})
        elif request.method != method:
            status, allowed = HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": method}
            self.respond(request, responder, status, {"detail": "Method Not Allowed"}, allowed)
        elif path == ENDPOINT:
            await self.post(request, responder)
        else:
            self.respond(request, responder, HTTPStatus.OK, {"status": "healthy"})
