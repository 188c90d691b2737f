"""C20: approval."""

from resilient.client import Client


class Approving(Client):
    promise = "approval"

    async def do(self, wish):
        if not wish["approve"] and self.keeps("client-approval-awaited"):
            raise PermissionError("nobody approved of it")
        return await self.send(wish["tool"], wish["arguments"])
