"""C12."""

import hashlib
import json
from itertools import count
from typing import ClassVar

from mcp_proof_mocks.client.failure import StatusError
from resilient.client import Client


class Keyed(Client):
    promise = "idempotency"
    terms: ClassVar = {"in": "header", "name": "Idempotency-Key"}
    numbers = count()

    async def call(self, tool, arguments, server=""):
        try:
            return await self._keyed(tool, arguments, server)
        except StatusError:
            return await self._keyed(tool, arguments, server)

    async def _keyed(self, tool, arguments, server):
        headers = (await self.server(server)).headers
        if self.keeps("client-idempotency-key-sent"):
            headers["Idempotency-Key"] = self._key(tool, arguments)
        return await self.send(tool, arguments, server)

    def _key(self, tool, arguments):
        if not self.keeps("client-idempotency-key-own"):
            return "the-key"
        if not self.keeps("client-idempotency-key-repeated"):
            return f"key-{next(self.numbers)}"
        text = json.dumps([tool, arguments], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
