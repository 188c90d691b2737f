"""C22: a receiver."""

import asyncio
import time

from mcp_proof_contracts.webhook import verify_webhook
from mcp_proof_mocks.http.listening import listening
from mcp_proof_mocks.http.messages import HttpResponse
from resilient.client import Client


class Receiving(Client):
    promise = "webhooks"

    async def do(self, wish):
        answered = asyncio.Semaphore(0)

        async def answer(request, responder):
            fault = verify_webhook(request.headers, request.body, wish["secret"], time.time())
            status = 204 if fault is None else 401
            if fault is None and not self.keeps("client-webhook-good-taken"):
                status = 500
            if fault is not None and not self.keeps("client-webhook-bad-refused"):
                status = 204
            responder.respond(HttpResponse(status=status))
            answered.release()

        await self.server()
        async with listening(answer, "127.0.0.1", wish["port"]):
            for _ in range(wish["deliveries"]):
                await answered.acquire()
            await asyncio.sleep(0.01)
