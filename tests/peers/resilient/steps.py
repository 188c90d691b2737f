"""C11, C20: steps."""

import asyncio

from mcp_proof_mocks.client.failure import FailureError
from resilient.client import Client


class Stepping(Client):
    promise = "steps"

    async def steps(self, wish):
        waiting, done = list(wish["steps"]), set()
        if not self.keeps("client-steps-in-order"):
            await asyncio.gather(*map(self.step, waiting))
            return
        failed = None
        while waiting and failed is None:
            ready = [each for each in waiting if done.issuperset(each["after"])]
            waiting = [each for each in waiting if each not in ready]
            results = await asyncio.gather(*map(self.step, ready))
            for each, result in zip(ready, results, strict=True):
                if result.get("isError") and self.keeps("client-steps-stop"):
                    failed = each
                done.add(each["arguments"]["name"])
        if failed is not None:
            raise FailureError("a step failed")
        return

    async def step(self, step):
        return await self.send(step["tool"], step["arguments"])


class Undoing(Stepping):
    promise = "compensation"

    async def steps(self, wish):
        done = []
        for step in wish["steps"]:
            if (await self.step(step)).get("isError"):
                break
            done.append(step["undo"])
        if self.keeps("client-steps-undone"):
            done.reverse()
        for undo in done:
            await self.step(undo)
        raise FailureError("a step failed")
