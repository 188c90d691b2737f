"""C7."""

from resilient.client import Client


class Following(Client):
    promise = "operation"

    async def follow(self, wish):
        begun = await self.send(wish["tool"], wish["arguments"])
        operation = {"operation_id": begun["structuredContent"]["operation_id"]}
        status = "running"
        for _ in range(10):
            told = await self.send(wish["status_tool"], operation)
            status = told["structuredContent"]["status"]
            if status == "completed" or not self.keeps("client-operation-followed"):
                break
        return status


class Insatiable(Following):
    async def follow(self, wish):
        status = await super().follow(wish)
        if not self.keeps("client-operation-followed"):
            for _ in range(3):
                await self.send(wish["status_tool"], {"operation_id": "operation-1"})
        return status
