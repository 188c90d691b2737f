"""C22: a client over a WebSocket."""

import asyncio
import json

from websockets.asyncio.client import connect

from resilient.client import Client


class Matching(Client):
    promise = "matching"

    async def do(self, wish):
        wishes = wish["wishes"]
        await self.server()
        async with connect(self.urls["socket"], proxy=None) as socket:
            await asyncio.gather(*(socket.send(asked(n, w)) for n, w in enumerate(wishes)))
            answers = [json.loads(await socket.recv()) for _ in wishes]
        if self.keeps("client-answers-matched"):
            answers.sort(key=lambda answer: answer["id"])
        return [answer["result"] for answer in answers]


def asked(number, wish):
    params = {"name": wish["tool"], "arguments": wish["arguments"]}
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})
