"""C3: a breaker."""

from typing import ClassVar

from mcp_proof_mocks.client.failure import FailureError, StatusError
from resilient.client import Client


class Breaking(Client):
    promise = "circuit_breaker"
    terms: ClassVar = {"threshold": 3, "recovery_ms": 250}

    def __init__(self, approach, broken=""):
        super().__init__(approach, broken)
        self.failures = 0
        self.until = 0.0

    async def call(self, tool, arguments, server=""):
        if self.until > self.now() and self.keeps("client-breaker-opens"):
            raise FailureError("the breaker is open")
        try:
            result = await self.send(tool, arguments, server)
        except StatusError:
            self.failures += 1
            if self.failures >= self.term("threshold"):
                recovery = self.term("recovery_ms") / 1000
                forever = not self.keeps("client-breaker-recovers")
                self.until = self.now() + (1000 if forever else recovery)
            raise
        self.failures = 0
        return result
