"""What Schemathesis sends its requests to: they go on to the server, recorded, as the user's.

Whoever generates requests learns no credential: they carry a placeholder, which is replaced on the
way. A request that would call a tool which may not be called stays here.
"""

import asyncio
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final

from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.recorder import probe_label
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT
from mcp_proof_contracts.wire import as_list, as_object, encode, parse
from mcp_proof_mocks import eager
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse, Responder

PLACEHOLDER: Final = "mcp-proof-has-the-value"
"""Stands for the value of a header that the user gave."""
HOP_BY_HOP: Final = frozenset(
    {"connection", "content-length", "host", "keep-alive", "te", "transfer-encoding", "upgrade"}
    | {"accept-encoding", "content-encoding", "proxy-connection", "trailer"}
)
"""Headers about one connection (RFC 9110, section 7.6.1), or about a coding that is undone here."""
_HELD_BACK: Final = encode({"detail": "mcp-proof does not call this tool"})


class Relay:
    """Passes requests on to a server.

    Args:
        server: where to.
        document: what is answered at `/openapi.json` in place of the server.
        forbidden: names of tools that no request may hold.
    """

    def __init__(
        self, server: HttpToolServer, document: JsonObject, forbidden: Collection[str]
    ) -> None:
        self._server = server
        self._document = encode(document)
        self._forbidden = frozenset(forbidden)

    async def __call__(self, request: HttpRequest, responder: Responder) -> None:
        """Answer one request."""
        if request.method == "GET" and request.path == DOCUMENT:
            responder.respond(HttpResponse(status=HTTPStatus.OK, headers=JSON, body=self._document))
        elif self._names_forbidden(request.body):
            status = HTTPStatus.FORBIDDEN
            responder.respond(HttpResponse(status=status, headers=JSON, body=_HELD_BACK))
        else:
            await eager.in_task()
            await self._pass_on(request, responder)

    def _names_forbidden(self, body: bytes) -> bool:
        if not self._forbidden:
            return False
        message = parse(body)
        if message.fault:
            return any(name.encode() in body for name in self._forbidden)
        return _holds(message.value, self._forbidden)

    async def _pass_on(self, request: HttpRequest, responder: Responder) -> None:
        sending = self._server.connection.request(
            request.method,
            url=self._server.base + request.path,
            content=request.body,
            headers=self._headers(request.headers),
            probe=probe_label(""),
        )
        try:
            await asyncio.wait_for(asyncio.shield(sending.ended), self._server.timeout)
        except TimeoutError:
            sending.close()
            responder.abort()
            return
        if sending.status is None:
            responder.abort()
        else:
            responder.respond(_response(sending))

    def _headers(self, sent: Mapping[str, str]) -> dict[str, str | None]:
        """Return what goes on: of the user's headers a placeholder stands for what was given."""
        ours: dict[str, str | None] = dict.fromkeys(self._server.connection.given_names)
        kept = {name: value for name, value in sent.items() if name not in HOP_BY_HOP}
        headers = {**ours, **kept}
        for name in ours:
            if headers[name] is not None and PLACEHOLDER in str(headers[name]):
                del headers[name]
        return headers


def _response(sending: Sending) -> HttpResponse:
    headers = {k: v for k, v in sending.headers.items() if k not in HOP_BY_HOP}
    assert sending.status is not None
    return HttpResponse(status=sending.status, headers=headers, body=sending.body)


def _holds(value: Json, names: frozenset[str]) -> bool:
    """Whether any text in a value is one of the names."""
    if isinstance(value, str):
        return value in names
    parts = as_list(value) or as_object(value).values()
    return any(_holds(part, names) for part in parts)
