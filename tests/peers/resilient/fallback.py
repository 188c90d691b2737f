"""C3: a fallback."""

from mcp_proof_mocks.client.failure import StatusError
from resilient.client import Client


class FallingBack(Client):
    promise = "fallback"

    async def call(self, tool, arguments, server=""):
        try:
            return await self.send(tool, arguments, server)
        except StatusError:
            if not self.keeps("client-fallback-used"):
                raise
            return await self.send(tool, arguments, "backup")
