"""C9."""

from typing import ClassVar

from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.client.failure import FailureError
from resilient.client import Client
from resilient.wire import Wire


class Starting(Client):
    promise = "startup"
    terms: ClassVar = {"attempts": 3}
    revision = Revision.R2025_11_25

    async def server(self, name=""):
        attempts = self.term("attempts") - (not self.keeps("client-startup-retried"))
        for _ in range(attempts):
            try:
                return await super().server(name)
            except FailureError as error:
                failure = error
                if not self.keeps("client-startup-first"):
                    await self._rush(name)
        raise failure

    async def _rush(self, name):
        client = Wire(self.urls[name], self.asked["revision"])
        try:
            await client.request("tools/call", {"name": "search", "arguments": {"query": "x"}})
        except FailureError:
            pass
        finally:
            await client.close()
