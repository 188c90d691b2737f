"""The mock over HTTP: what is done with every request, whatever is spoken on it."""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.dialects.routes import JsonRoutes, routes_of
from mcp_proof_mocks.http.access import Access
from mcp_proof_mocks.http.fault_control import FaultControl
from mcp_proof_mocks.http.header_fields import read_fields
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.redacted import Exchanges, exchanges
from mcp_proof_mocks.internal_error import ERROR, FAILED, report
from mcp_proof_mocks.script.fetch import presented
from mcp_proof_mocks.server import MockServer

if TYPE_CHECKING:
    from mcp_proof_mocks.authorization.authorization import Authorization

FAILURE: Final = encode({"jsonrpc": "2.0", "error": ERROR})


class HttpEndpoint:
    """Answers HTTP requests for one mock server."""

    def __init__(self, server: MockServer, *, control: bool = False) -> None:
        self.server = server
        self._control = FaultControl(server.faults) if control else None
        self.access = Access(server)
        self.routes = routes_of(server, self.access)
        self.lasting: set[asyncio.Task[None]] = set()
        """The work of requests that outlive their clients, where a task was made for each."""

    @cached_property
    def _exchange(self) -> Exchanges:
        # Not at the beginning: the journal's file is opened after the port.
        return exchanges(self.server.journal, self.server.authorization)

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one HTTP request."""
        if self._control is not None and self._control.is_for(request):
            responder.respond(self._control.answer(request))
            return
        if self.server.faults:
            read_fields(self.server, request)
        kept = self.routes.kept(request) if isinstance(self.routes, JsonRoutes) else request
        exchange = self._exchange(kept, responder)
        try:
            await self._route(request, exchange)
        except asyncio.CancelledError:
            exchange.left()
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the client must not wait
            report(error)
            if exchange.begun:
                exchange.abort()
            else:
                exchange.respond(HttpResponse(status=FAILED, headers=JSON, body=FAILURE))

    async def _route(self, request: HttpRequest, responder: Responder) -> None:
        if self.server.authorization is not None:
            unauthorized = await self._unauthorized(self.server.authorization, request)
            if unauthorized is not None:
                responder.respond(self.server.faults.responded(request, unauthorized))
                return
            if not self.server.keeps("auth-no-token-passthrough"):
                presented.set(request.headers.get("authorization", ""))
        await self.routes(request, responder)

    async def _unauthorized(
        self, authorization: "Authorization", request: HttpRequest
    ) -> HttpResponse | None:
        if request.refusal is not None:
            return None
        host = request.headers.get("host", "")
        return await authorization.respond(request, f"{request.scheme}://{host}{request.root}")
