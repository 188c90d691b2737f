"""C1."""

from typing import ClassVar

from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_mocks.client.failure import FailureError
from resilient.client import Client


class Discovering(Client):
    promise = "discovery"
    terms: ClassVar = {"ttl_ms": 60000}
    tools = None

    async def list(self, server=""):
        if self.tools is None or not self.keeps("client-discovery-cached"):
            self.tools = await super().list(server)
        return self.tools

    async def call(self, tool, arguments, server=""):
        known = {each["name"]: each for each in self.tools or ()}
        schema = known.get(tool, {}).get("inputSchema", {})
        if tool not in known and self.keeps("client-discovery-listed"):
            raise FailureError(f"there is no tool {tool}")
        checks = self.keeps("client-arguments-checked")
        if checks and list(instance_problems(schema, arguments)):
            raise FailureError("wrong arguments")
        return await self.send(tool, arguments, server)

    async def discover(self, wish):  # noqa: ARG002  # it says nothing more
        found = {}
        for name in self.urls:
            try:
                found[name] = await super().list(name)
            except FailureError:
                if not self.keeps("client-discovery-goes-on"):
                    return found
        return found
