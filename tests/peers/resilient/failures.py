"""C21."""

from mcp_proof_mocks.client.failure import FailureError
from resilient.client import Client
from resilient.dialects import OverRest


class Honest(Client):
    promise = "failures"

    async def call(self, tool, arguments, server=""):
        result = await self.send(tool, arguments, server)
        if result.get("isError") and self.keeps("client-failure-told"):
            raise FailureError(result["content"][0]["text"])
        return result


class Executing(OverRest, Client):
    """The engine that executes tools over REST."""

    promise = "failures"

    async def call(self, tool, arguments, server=""):
        answer = await self.send(tool, arguments, server)
        if not answer["successful"] and self.keeps("client-failure-told"):
            raise FailureError(str(answer["error"]))
        results = (answer.get("data") or {}).get("results", [])
        if answer["successful"] and not results and self.keeps("client-empty-told"):
            raise FailureError("no results")
        return results
