"""A bridge over HTTP: `GET /openapi.json`, `POST /tools/{name}`."""

from http import HTTPStatus
from traceback import format_exc
from typing import Final
from urllib.parse import unquote

from mcp_proof.bridge.answer import Answer, problem
from mcp_proof.bridge.bridge import Bridge
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.openapi.described import JSON
from mcp_proof_contracts.openapi.tools import DOCUMENT, TOOLS
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks import eager
from mcp_proof_mocks.http.access import foreign
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.loopback import is_loopback

OURS: Final = "a fault of mcp-proof itself, not of the server"


class BridgeRoutes:
    """Answers HTTP requests for a bridge.

    Args:
        bridge: what calls the tools.
        address: what is listened on.
        faults: takes what goes wrong in mcp-proof itself, as tracebacks.
    """

    def __init__(self, bridge: Bridge, address: str, faults: list[str]) -> None:
        self._bridge = bridge
        self._local = is_loopback(address)
        self._document = encode(bridge.document)
        self._faults = faults

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(request)
        except Exception:  # noqa: BLE001  # whatever it is, the client must not wait, nor blame the server
            self._faults.append(format_exc())
            answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, OURS)
        headers = {"Content-Type": answer.kind, **answer.headers}
        responder.respond(HttpResponse(status=answer.status, headers=headers, body=answer.body))

    async def _answer(self, request: HttpRequest) -> Answer:
        if request.refusal is not None:
            return problem(HTTPStatus(request.refusal), "the request cannot be read")
        if foreign(request, local=self._local):
            return problem(HTTPStatus.FORBIDDEN, "a page of another host may not ask here")
        path = request.path.partition("?")[0]
        if path == DOCUMENT:
            return self._only("GET", request) or Answer(status=HTTPStatus.OK, body=self._document)
        if not path.startswith(TOOLS):
            return problem(HTTPStatus.NOT_FOUND, f"there are {DOCUMENT} and {TOOLS}…")
        return self._only("POST", request) or await self._call(path, request)

    def _only(self, method: str, request: HttpRequest) -> Answer | None:
        if request.method == method:
            return None
        why = f"this path takes {method}"
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, why, Allow=method)

    async def _call(self, path: str, request: HttpRequest) -> Answer:
        # Which a page of another host cannot send unasked (Fetch Standard, CORS-safelisted).
        if media_type(request.headers) != JSON:
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"arguments are {JSON}")
        await eager.in_task()
        return await self._bridge.call(unquote(path.removeprefix(TOOLS)), request.body)
