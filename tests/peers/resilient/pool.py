"""C15."""

import asyncio
from typing import ClassVar

from resilient.client import Client


class Pooled(Client):
    promise = "pool"
    terms: ClassVar = {"connections": 2}

    async def call(self, tool, arguments, server=""):
        if not self.keeps("client-pool-reused"):
            (await self.server(server)).headers["Connection"] = "close"
        if not self.keeps("client-pool-bounded"):
            return await self.send(tool, arguments, server)
        async with self._room():
            return await self.send(tool, arguments, server)

    def _room(self):
        if not hasattr(self, "_semaphore"):
            self._semaphore = asyncio.Semaphore(self.term("connections"))
        return self._semaphore
