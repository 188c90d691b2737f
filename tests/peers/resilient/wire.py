"""MCP over Streamable HTTP as little as can be: what a promise is about is left to its client."""

from itertools import count

import httpx2

from mcp_proof_contracts.framing import EventStreamReader
from mcp_proof_contracts.headers import (
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_VERSION,
    standard_headers,
)
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.client.failure import LostError, RefusedError, StatusError

INFO = {"name": "resilient", "version": "1"}


class Wire:
    """One server."""

    def __init__(self, url, revision):
        self.url = url
        self.revision = Revision(revision)
        self.headers = {}
        """Those that go with every request."""
        self._http = httpx2.AsyncClient(timeout=None, trust_env=False, verify=False)
        self._ids = count(1)

    async def open(self):
        """Begin, as the revision has it."""
        if self.revision.era is Era.STATELESS:
            return
        about = {"protocolVersion": self.revision, "capabilities": {}, "clientInfo": INFO}
        await self.request("initialize", about)
        self.headers["Mcp-Protocol-Version"] = str(self.revision)
        await self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def close(self):
        """Disconnect."""
        await self._http.aclose()

    async def request(self, method, params):
        """Ask for something; return the result."""
        if self.revision.era is Era.STATELESS:
            about = {META_VERSION: self.revision, META_CAPABILITIES: {}, META_CLIENT_INFO: INFO}
            params = {**params, "_meta": {**params.get("_meta", {}), **about}}
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        answer = await self._post(message)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["result"]

    async def _post(self, message):
        headers = {
            "Accept": "application/json, text/event-stream",
            "Content-Type": "application/json",
            **(standard_headers(message) if self.revision.era is Era.STATELESS else {}),
            **self.headers,
        }
        try:
            answer = await self._http.post(self.url, content=encode(message), headers=headers)
        except httpx2.HTTPError as error:
            raise LostError(str(error)) from error
        if "mcp-session-id" in answer.headers:
            self.headers["Mcp-Session-Id"] = answer.headers["mcp-session-id"]
        body = answer.content
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            body = [event.data for event in EventStreamReader().feed(body)][-1].encode()
        told = parse(body).members if body else {}
        if answer.is_error and "error" not in told:
            raise StatusError(answer.status_code)
        return told
