"""What answers the HTTP requests of a mock: chosen by the dialect that its contract names."""

from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from importlib import import_module
from typing import Final, Literal, Protocol, cast

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.caller import ANYBODY, Caller
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import JSON, NO_HEADERS, HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.server import MockServer

MODULES: Final[Mapping[Dialect, tuple[str, str]]] = {
    Dialect.MCP: ("mcp_proof_mocks.http.mcp_routes", "McpRoutes"),
    Dialect.REST: ("mcp_proof_mocks.dialects.rest", "RestRoutes"),
    Dialect.CONTEXTFRAME: ("mcp_proof_mocks.dialects.contextframe", "ContextFrameRoutes"),
    Dialect.OPENAPI_JSONRPC: ("mcp_proof_mocks.dialects.openapi_jsonrpc", "OpenApiJsonRpcRoutes"),
    Dialect.GATEWAY: ("mcp_proof_mocks.dialects.gateway", "GatewayRoutes"),
    Dialect.WEBSOCKET: ("mcp_proof_mocks.dialects.websocket", "WebSocketRoutes"),
}


class Routes(Protocol):
    """Answers the HTTP requests that may pass."""

    path: str
    """What a client's URL ends in."""
    scheme: Literal["http", "ws"]
    """What a client's URL begins with."""

    def __call__(self, request: HttpRequest, responder: Responder, /) -> Awaitable[None]:
        """Answer one request."""
        ...


def routes_of(server: MockServer, access: Access) -> Routes:
    """Return what answers the requests of a server.

    Raises:
        ValueError: its dialect is not spoken over HTTP.
    """
    dialect = server.contract.dialect
    if dialect is Dialect.QUEUE:
        raise ValueError("a queue is served through a Redis, and not over HTTP: give its URL")
    if server.playback is not None and dialect not in (Dialect.MCP, Dialect.WEBSOCKET):
        from mcp_proof_mocks.replay.exchanges import PlayedExchanges  # noqa: PLC0415  # seldom

        return PlayedExchanges(server, access, server.playback)
    module, name = MODULES[dialect]
    return cast("Routes", getattr(import_module(module), name)(server, access))


class JsonRoutes:
    """Answers with JSON: what the dialects besides MCP share."""

    path = ""
    scheme: Literal["http", "ws"] = "http"

    def __init__(self, server: MockServer, access: Access) -> None:
        self.server = server
        self._access = access

    def kept(self, request: HttpRequest) -> HttpRequest:
        """Return a request as the journal may keep it: few have secrets besides their headers."""
        return request

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request, unless it could not be read or comes from a foreign page."""
        if (status := request.refusal or self._access.refusal(request)) is not None:
            self.respond(request, responder, status, {"detail": HTTPStatus(status).phrase})
            return
        await self.answer(request, responder)

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer a request that was read."""
        raise NotImplementedError

    def caller(self, request: HttpRequest) -> Caller:
        """Return who sends a request that was let through."""
        authorization = self.server.authorization
        return ANYBODY if authorization is None else authorization.caller(request)

    def refuse_path(self, request: HttpRequest, responder: Responder) -> None:
        """Say that there is nothing at this path."""
        self.respond(request, responder, HTTPStatus.NOT_FOUND, {"detail": "Not Found"})

    def refuse_method(self, request: HttpRequest, responder: Responder, allowed: str) -> None:
        """Say that this path takes another method."""
        status, detail = HTTPStatus.METHOD_NOT_ALLOWED, {"detail": "Method Not Allowed"}
        self.respond(request, responder, status, detail, {"Allow": allowed})

    def respond(
        self,
        request: HttpRequest,
        responder: Responder,
        status: int,
        value: Json,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Respond with a JSON value, after the faults had their say."""
        response = HttpResponse(status=status, headers={**JSON, **headers}, body=encode(value))
        responder.respond(self.server.faults.responded(request, response))
