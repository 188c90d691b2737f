"""C8."""

import httpx2

from mcp_proof_contracts.framing import EventStreamReader
from mcp_proof_mocks.client.failure import FailureError
from resilient.client import Client


class Subscribed(Client):
    promise = "events"

    async def subscribe(self, wish):
        found, last = [], ""
        for _ in range(3):
            async for event in self.stream(last):
                if event.event in wish["types"]:
                    found.append({"type": event.event, "id": event.id})
                elif not self.keeps("client-events-unknown-passed"):
                    raise FailureError(f"unknown event {event.event}")
                if event.id == wish["until"]:
                    return found
                last = event.id if self.keeps("client-events-resumed") else "0"
        return found

    async def stream(self, last):
        headers = {"Last-Event-ID": last} if last else {}
        reader = EventStreamReader()
        async with httpx2.AsyncClient(trust_env=False, verify=False) as http:
            answer = await http.get(self.asked["events_url"], headers=headers)
        for event in reader.feed(answer.content):
            yield event
