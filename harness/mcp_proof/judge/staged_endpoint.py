"""The mock's endpoint of a scenario, which takes requests itself, or cuts what is written."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import Application
from mcp_proof_mocks.server import MockServer

Before: TypeAlias = Callable[[HttpRequest, Responder, Application], Awaitable[None]]
"""Takes an HTTP request before the mock does, and may hand it on to the application."""
Cut: TypeAlias = Callable[[bytes], Sequence[bytes]]
"""Cuts the bytes of one server-sent event into those of several writes."""

CutOff: TypeAlias = Literal["cut"]
Take: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse | CutOff | None]]
"""Answers an HTTP request in place of the mock, or cuts the connection, or lets it be (`None`)."""

APART: Final = 0.003
"""Seconds between two writes, so that they arrive one by one."""


class StagedEndpoint(HttpEndpoint):
    """Lets a scenario take each request first; what it answers is recorded like all else."""

    def __init__(self, server: MockServer, before: Sequence[Before]) -> None:
        super().__init__(server)
        self._application: Application = super()._route
        for each in before:
            self._application = _intercepted(each, self._application)

    async def _route(self, request: HttpRequest, responder: Responder) -> None:
        await self._application(request, responder)


def respond_whole(responder: Responder, answer: HttpResponse) -> None:
    """Send a response; the body of a stream is a stream that ends."""
    if not answer.stream:
        responder.respond(answer)
        return
    responder.respond(replace(answer, body=b""))
    responder.write(answer.body)
    responder.end()


def _intercepted(before: Before, application: Application) -> Application:
    async def taken(request: HttpRequest, responder: Responder) -> None:
        await before(request, responder, application)

    return taken


def cut_by(cuts: Sequence[Cut], application: Application) -> Application:
    """Return an application whose events are written in the pieces that `cuts` make of them."""

    async def cut(request: HttpRequest, responder: Responder) -> None:
        whole = CutResponder(responder, cuts)
        await application(request, whole)
        await whole.written()

    return cut if cuts else application


class CutResponder:
    """Writes each event of a stream in pieces; what is recorded of it is whole."""

    def __init__(self, responder: Responder, cuts: Sequence[Cut]) -> None:
        self._responder = responder
        self._cuts = cuts
        self._free = 0.0
        """When the last piece is written, by the clock of the loop."""

    def respond(self, response: HttpResponse) -> None:
        """Send the head."""
        self._responder.respond(response)

    def write(self, data: bytes) -> None:
        """Send one event, piece by piece."""
        pieces = [data]
        for cut in self._cuts:
            pieces = [part for piece in pieces for part in cut(piece)]
        loop = asyncio.get_running_loop()
        for piece in pieces:
            self._free = max(self._free + APART, loop.time())
            loop.call_at(self._free, self._responder.write, piece)

    def end(self) -> None:
        """End the stream after its last piece."""
        asyncio.get_running_loop().call_at(self._free + APART, self._responder.end)

    def abort(self) -> None:
        """Cut the connection after the last piece."""
        asyncio.get_running_loop().call_at(self._free + APART, self._responder.abort)

    async def written(self) -> None:
        """Wait until all is written."""
        left = self._free + 2 * APART - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    async def ended(self) -> None:
        """Wait until the stream is ended."""
        await self._responder.ended()
