"""C6."""

from typing import ClassVar

from resilient.client import Client


class Caching(Client):
    promise = "cache"
    terms: ClassVar = {"ttl_ms": 250}

    def __init__(self, approach, broken=""):
        super().__init__(approach, broken)
        self.known = {}
        self.have = set()

    async def call(self, tool, arguments, server=""):
        key = (tool, str(arguments))
        result, until = self.known.get(key, (None, 0.0))
        if not self.keeps("client-cache-expires") and until:
            return result
        if until < self.now() or not self.keeps("client-cache-used"):
            result = await self.send(tool, arguments, server)
            self.known[key] = (result, self.now() + self.term("ttl_ms") / 1000)
            if tool == "update_document" and self.keeps("client-cache-invalidated"):
                self.known.clear()
        return result

    async def fetch(self, wish):
        wanted = [each for each in wish["ids"] if each not in self.have]
        if not self.keeps("client-cache-missing-only"):
            wanted = wish["ids"]
        self.have.update(wanted)
        return await self.send(wish["tool"], {"ids": wanted})
