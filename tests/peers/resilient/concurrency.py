"""C11: at once, and how fast."""

import asyncio
from typing import ClassVar

from resilient.client import Client


class Bounded(Client):
    promise = "concurrency"
    terms: ClassVar = {"calls": 2}

    def __init__(self, approach, broken=""):
        super().__init__(approach, broken)
        more = not self.keeps("client-concurrency-bounded")
        self.room = asyncio.Semaphore(self.term("calls") + more)

    async def call(self, tool, arguments, server=""):
        async with self.room:
            return await self.send(tool, arguments, server)


class Measured(Client):
    promise = "rate"
    terms: ClassVar = {"calls": 2, "per_ms": 60}

    def __init__(self, approach, broken=""):
        super().__init__(approach, broken)
        self.turn = asyncio.Lock()

    async def call(self, tool, arguments, server=""):
        async with self.turn:
            if self.keeps("client-rate-kept"):
                await asyncio.sleep(self.term("per_ms") / 1000 / self.term("calls"))
            return await self.send(tool, arguments, server)
