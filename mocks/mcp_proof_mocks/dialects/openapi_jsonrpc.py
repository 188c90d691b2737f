"""JSON-RPC at `POST /mcp`, described by `GET /openapi.json`; `/health`, `/ready`, `/metrics`.

`GET /mcp/stream` tells of what is executed, and of what has changed.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, TypeAlias

from mcp_proof_contracts.dialects.event_stream import STREAM
from mcp_proof_contracts.error_codes import INVALID_REQUEST, PARSE_ERROR
from mcp_proof_contracts.framing import ServerSentEvent
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.jsonrpc import (
    CALLS,
    DOCUMENT,
    HEALTH,
    METRICS,
    READY,
    jsonrpc_document,
)
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.dialects.changes import listening
from mcp_proof_mocks.dialects.event_stream import follow, write_event
from mcp_proof_mocks.dialects.json_rpc import Client, JsonRpc, JsonRpcRoutes, Method
from mcp_proof_mocks.dialects.kailash_errors import kailash_refusal, kailash_resource_refusal
from mcp_proof_mocks.dialects.metrics import Metrics
from mcp_proof_mocks.dialects.run_tool import ToolFailedError
from mcp_proof_mocks.features.dispatch import Answer
from mcp_proof_mocks.features.pages import Listed, page
from mcp_proof_mocks.features.resources import list_resources, read_resource, subscribe
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

Handler: TypeAlias = Callable[[HttpRequest, Responder], Awaitable[None]]
UNWELL: Final = "unhealthy"
"""The contract's state in which the server says that it is not well."""
WATCHED: Final = 1000
"""Resources whose changes are told."""
STARTING: Final = "starting"
"""The contract's state in which it takes no requests yet."""


class OpenApiJsonRpc(JsonRpc):
    """Answers the requests of this dialect."""

    def __init__(self, server: MockServer) -> None:
        super().__init__(server)
        self.watched: list[str] = []
        """The URIs of the resources whose changes clients want to hear of: the newest."""

    def methods(self) -> Mapping[str, Method]:
        """Return what answers each method: those for resources where there are any."""
        own = {**super().methods()}
        if self.server.offers("resources"):
            own |= {
                "resources/list": self._feature(list_resources, "resources/list"),
                "resources/read": self._feature(read_resource, "resources/read"),
            }
        if self.server.offers("subscriptions"):
            own |= {
                "resources/subscribe": self.subscribe,
                "resources/unsubscribe": self.unsubscribe,
            }
        return own

    async def list_tools(self, params: JsonObject, client: Client) -> Json:
        """Answer tools/list: as many as a page holds."""
        offered: list[Listed] = [tool for tool in self.server.tools.values() if tool.offered]
        return page(self.server, "tools", offered, _call("tools/list", params, client))

    async def subscribe(self, params: JsonObject, client: Client) -> Json:
        """Answer resources/subscribe: changes are told from now on."""
        result = await self._feature(subscribe, "resources/subscribe")(params, client)
        if (uri := str(params.get("uri"))) not in self.watched:
            self.watched.append(uri)
            del self.watched[:-WATCHED]
        return result

    async def unsubscribe(self, params: JsonObject, _client: Client) -> Json:
        """Answer resources/unsubscribe."""
        if (uri := params.get("uri")) in self.watched:
            self.watched.remove(str(uri))
        return {}

    def refusal(self, failure: ToolFailedError) -> RefusalError:
        """Return the error that a failed call is answered with, by the contract's codes."""
        if self.server.contract.errors == "json-rpc":
            return super().refusal(failure)
        return kailash_refusal(self.server, failure)

    def _feature(self, answer: Answer, method: str) -> Method:
        async def answered(params: JsonObject, client: Client) -> Json:
            try:
                return await answer(self.server, _call(method, params, client))
            except RefusalError as refusal:
                if self.server.contract.errors == "json-rpc":
                    raise
                raise kailash_resource_refusal(refusal) from refusal

        return answered


def _call(method: str, params: JsonObject, client: Client) -> Call:
    """A call as the features of MCP take it: what is listed and read is the same here."""
    return Call(
        id=None,
        method=method,
        params=params,
        revision=LATEST_STATEFUL,
        client={},
        send=client.send,
    )


class OpenApiJsonRpcRoutes(JsonRpcRoutes):
    """Answers for one mock server."""

    path = ENDPOINT = CALLS
    STATUSES: Mapping[int, HTTPStatus] = {
        PARSE_ERROR: HTTPStatus.BAD_REQUEST,
        INVALID_REQUEST: HTTPStatus.BAD_REQUEST,
    }

    def __init__(self, server: MockServer, access: Access) -> None:
        super().__init__(server, access)
        self.rpc = rpc = OpenApiJsonRpc(server)
        self._watched = rpc.watched
        self.metrics = Metrics()
        self.table: dict[str, tuple[str, Handler]] = {
            CALLS: ("POST", self._called),
            DOCUMENT: ("GET", self._document),
            HEALTH: ("GET", self._health),
            READY: ("GET", self._ready),
            METRICS: ("GET", self._metrics),
            STREAM: ("GET", self._stream),
        }
        """What answers at each path, and the one method that it takes."""

    async def answer(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        method, handler = self.table.get(request.path.partition("?")[0], ("", None))
        if handler is None:
            self.refuse_path(request, responder)
        elif request.method != method:
            self.refuse_method(request, responder, method)
        else:
            await handler(request, responder)

    def document(self) -> JsonObject:
        """Return the OpenAPI document as it is now: registered tools come and go."""
        listed = [t.listed(LATEST_STATEFUL) for t in self.server.tools.values() if t.offered]
        return jsonrpc_document(self.server.contract, listed)

    async def _called(self, request: HttpRequest, responder: Responder) -> None:
        began = time.perf_counter()
        code = await self.post(request, responder)
        self.metrics.count(time.perf_counter() - began, failed=code is not None)

    async def _document(self, request: HttpRequest, responder: Responder) -> None:
        self.respond(request, responder, HTTPStatus.OK, self.document())

    async def _health(self, request: HttpRequest, responder: Responder) -> None:
        state = self.server.state
        status = UNWELL if state == UNWELL else "healthy"
        time_of_check = datetime.fromtimestamp(self.server.clock(), UTC).isoformat()
        health: dict[str, Json] = {"status": status, "timestamp": time_of_check}
        if self.server.contract.errors == "kailash":
            health["checks"] = {"tools": {"status": status}, "resources": {"status": "healthy"}}
        self._tell(request, responder, health, well=state != UNWELL)

    async def _ready(self, request: HttpRequest, responder: Responder) -> None:
        state = self.server.state
        well = state not in (UNWELL, STARTING)
        self._tell(request, responder, {"status": "ready" if well else state}, well=well)

    async def _stream(self, request: HttpRequest, responder: Responder) -> None:
        def tell(message: Json) -> None:
            event = ServerSentEvent(data=encode(message).decode())
            write_event(self.server, responder, event)

        with listening(self.server, self._watched, tell):
            await follow(self.server, request, responder)

    async def _metrics(self, request: HttpRequest, responder: Responder) -> None:
        self.respond(request, responder, HTTPStatus.OK, self.metrics.told)

    def _tell(
        self, request: HttpRequest, responder: Responder, value: JsonObject, *, well: bool
    ) -> None:
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        self.respond(request, responder, status, value)
