"""C2."""

import asyncio
from typing import ClassVar

from mcp_proof_mocks.client.failure import FailureError, StatusError
from resilient.client import Client


class Retrying(Client):
    promise = "retry"
    terms: ClassVar = {"attempts": 3, "first_delay_ms": 40, "factor": 2}

    async def call(self, tool, arguments, server=""):
        attempts, wait = self.term("attempts"), self.term("first_delay_ms") / 1000
        if not self.keeps("client-retry-transient"):
            attempts += 1
        for _ in range(attempts - 1):
            try:
                return await self.send(tool, arguments, server)
            except StatusError as error:
                if error.status < 500 and self.keeps("client-retry-permanent-not"):
                    raise
            except FailureError:
                if self.keeps("client-retry-permanent-not"):
                    raise
            await asyncio.sleep(wait)
            if self.keeps("client-retry-backoff"):
                wait *= self.term("factor")
        return await self.send(tool, arguments, server)
