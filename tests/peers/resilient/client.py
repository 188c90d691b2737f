"""What the example clients share: the wishes, one after the other, and servers by name."""

import asyncio
import time
from typing import ClassVar

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.failure import FailureError
from resilient.wire import Wire


class Client:
    """Does what is wished; a subclass keeps one promise.

    Args:
        approach: where the servers are, and what is wished.
        broken: the id of the agreement that it breaks.
    """

    promise = ""
    dialect = Dialect.MCP
    revision = REVISIONS[-1]
    """The last one at which it is tried."""
    terms: ClassVar = {}
    """With which it is tried; short times above all."""

    def __init__(self, approach, broken=""):
        self.asked = approach.asked
        self.promises = as_object(self.asked.get("promises"))
        self.urls = {"": approach.url, **as_object(self.asked.get("servers"))}
        self.broken = broken
        self.opened = {}
        self.opening = asyncio.Lock()

    def keeps(self, rule_id):
        return rule_id != self.broken

    def term(self, name):
        return self.terms[name]

    async def run(self, tell):
        """Do what is wished."""
        try:
            for number, wish in enumerate(map(as_object, as_list(self.asked["wishes"]))):
                try:
                    value = await self.do(wish)
                    tell({"wish": number, "ok": True, "value": value})
                except (FailureError, PermissionError) as failure:
                    tell({"wish": number, "ok": False, "error": str(failure)})
        finally:
            for client in self.opened.values():
                await client.close()

    async def do(self, wish):
        match wish["do"]:
            case "call":
                arguments = dict(as_object(wish.get("arguments")))
                return await self.call(wish["tool"], arguments, wish.get("server", ""))
            case "together":
                return await asyncio.gather(*(self.do(each) for each in wish["wishes"]))
            case "wait":
                return await asyncio.sleep(wish["seconds"])
            case "list":
                return await self.list(wish.get("server", ""))
            case other:
                return await getattr(self, other.replace("-", "_"))(wish)

    async def list(self, server=""):
        client = await self.server(server)
        return (await client.request("tools/list", {}))["tools"]

    async def call(self, tool, arguments, server=""):
        """Call a tool; the promise is kept here."""
        return await self.send(tool, arguments, server)

    async def send(self, tool, arguments, server="", **params):
        """Make one request."""
        client = await self.server(server)
        return await client.request("tools/call", {"name": tool, "arguments": arguments, **params})

    async def server(self, name=""):
        """Return the connection to a server."""
        async with self.opening:
            if name not in self.opened:
                client = Wire(self.urls[name], self.asked["revision"])
                try:
                    await client.open()
                except (FailureError, asyncio.CancelledError):
                    await client.close()
                    raise
                self.opened[name] = client
        return self.opened[name]

    @staticmethod
    def now():
        return time.monotonic()
