"""C18."""

import asyncio
from itertools import count

from mcp_proof_mocks.client.failure import StatusError
from resilient.client import Client


class Balancing(Client):
    promise = "balance"

    def __init__(self, approach, broken=""):
        super().__init__(approach, broken)
        self.turn = count()
        self.ill = set()

    async def do(self, wish):
        among = wish["among"]
        if not self.keeps("client-balance-spread"):
            among = among[:2]
        while well := [each for each in among if each not in self.ill]:
            name = well[next(self.turn) % len(well)]
            try:
                return await self.send(wish["tool"], wish["arguments"], name)
            except StatusError:
                if self.keeps("client-balance-healthy"):
                    self.ill.add(name)
        return None


class Sharded(Client):
    promise = "shards"
    turn = 0

    async def do(self, wish):
        among = wish["among"]
        if wish["do"] == "ask-all":
            asked = among if self.keeps("client-shards-searched") else among[:-1]
            calls = (self.send(wish["tool"], wish["arguments"], name) for name in asked)
            return await asyncio.gather(*calls)
        place = sum(wish["arguments"]["key"].encode())
        if not self.keeps("client-shard-stable"):
            self.turn += 1
            place = self.turn
        return await self.send(wish["tool"], wish["arguments"], among[place % len(among)])


class Tenanted(Client):
    promise = "tenants"

    def __init__(self, approach, broken=""):
        super().__init__(approach, broken)
        self.known = {}

    async def do(self, wish):
        arguments = {**wish["arguments"], "tenant": wish["tenant"]}
        key = str(arguments if self.keeps("client-tenants-apart") else wish["arguments"])
        if key not in self.known:
            self.known[key] = await self.send(wish["tool"], arguments)
        return self.known[key]
