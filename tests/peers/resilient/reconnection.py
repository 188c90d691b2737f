"""C17."""

from typing import ClassVar

from mcp_proof_mocks.client.failure import LostError
from resilient.client import Client


class Reconnecting(Client):
    promise = "reconnection"
    terms: ClassVar = {"attempts": 3}

    async def call(self, tool, arguments, server=""):
        attempts = self.term("attempts") - (not self.keeps("client-reconnects"))
        for number in range(attempts):
            try:
                result = await self.send(tool, arguments, server)
            except LostError:
                if number + 1 == attempts:
                    raise
            else:
                break
        if not self.keeps("client-call-once"):
            await self.send(tool, arguments, server)
        return result
