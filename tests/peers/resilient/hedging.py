"""C10."""

import asyncio
from typing import ClassVar

from mcp_proof_mocks.client.failure import FailureError
from resilient.client import Client


class Hedging(Client):
    promise = "hedging"
    terms: ClassVar = {"delay_ms": 100}

    async def call(self, tool, arguments, server=""):
        await self.server(server)
        first = asyncio.create_task(self.send(tool, arguments, server))
        if self.keeps("client-hedge-sent"):
            await asyncio.wait({first}, timeout=self.term("delay_ms") / 1000)
        second = asyncio.create_task(self.send(tool, arguments, "backup"))
        tasks = {first, second}
        done, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if self.keeps("client-hedge-first-wins"):
            await self.give_up(late)
        else:
            await asyncio.wait(late)
        return done.pop().result()

    async def give_up(self, tasks):
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Quorate(Hedging):
    promise = "quorum"
    terms: ClassVar = {"size": 2}

    async def ask_all(self, wish):
        calls = {
            asyncio.create_task(self.send(wish["tool"], wish["arguments"], name))
            for name in self.urls
        }
        enough = self.term("size")
        found, late = [], calls
        while late and (len(found) < enough or not self.keeps("client-quorum-enough")):
            done, late = await asyncio.wait(late, return_when=asyncio.FIRST_COMPLETED)
            found += [task.result() for task in done if task.exception() is None]
        await self.give_up(late)
        if len(found) < enough:
            raise FailureError("too few answers")
        return found
