"""The dialects in which each request has a path and a method of HTTP of its own."""

from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.drift.answer import Answer
from mcp_proof.drift.http_recording import http_answer
from mcp_proof.drift.live.live import Live
from mcp_proof.drift.recorded import Request


class LiveHttp(Live):
    """A server that speaks REST, or a gateway."""

    def __init__(self, server: HttpToolServer) -> None:
        self.server = self._http = server

    async def ask(self, request: Request) -> Answer:
        """Send the same body to the same path."""
        method, _, path = request.method.partition(" ")
        came = await self._http.request(method, path, dict(request.params) or None)
        return http_answer(came.status, came.value, came.why)
