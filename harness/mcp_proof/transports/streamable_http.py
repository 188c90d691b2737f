"""Streamable HTTP: every message its own POST, answered by JSON or an event stream."""

from typing import Final

from mcp_proof.transports.connection import Headers, Sending
from mcp_proof.transports.http_client import HttpClient

BASE_HEADERS: Final = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}


class HttpConnection(HttpClient):
    """One client of one MCP endpoint."""

    async def send(
        self, raw: bytes, headers: Headers | None = None, /, *, probe: str = ""
    ) -> Sending:
        """POST one message; returns when it is on its way."""
        merged = {**BASE_HEADERS, **(headers or {})}
        return self.request("POST", content=raw, probe=probe, headers=merged)
