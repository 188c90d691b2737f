"""C16."""

import asyncio
from typing import ClassVar

from mcp_proof_mocks.client.failure import SilenceError
from resilient.client import Client


class Impatient(Client):
    promise = "timeout"
    terms: ClassVar = {"ms": 30}
    elsewhere = False

    async def call(self, tool, arguments, server=""):
        if not self.keeps("client-timeout-kept"):
            return await self.send(tool, arguments, server)
        await self.server(server)
        try:
            async with asyncio.timeout(self.term("ms") / 1000):
                return await self.send(tool, arguments, server)
        except TimeoutError as error:
            if self.elsewhere:
                return await self.send(tool, arguments, "backup")
            raise SilenceError("no answer in time") from error


class Elsewhere(Impatient):
    elsewhere = True
