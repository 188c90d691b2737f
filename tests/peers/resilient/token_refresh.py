"""C4."""

import httpx2

from mcp_proof_mocks.client.failure import StatusError
from resilient.client import Client


class Refreshing(Client):
    promise = "token_refresh"

    async def call(self, tool, arguments, server=""):
        tokens = self.asked["authorization"]
        if server and self.keeps("client-token-own-server"):
            return await self.send(tool, arguments, server)
        headers = (await self.server(server)).headers
        headers["Authorization"] = f"Bearer {tokens['token']}"
        try:
            return await self.send(tool, arguments, server)
        except StatusError as error:
            refuses = 401 if self.keeps("client-token-403-final") else 403
            if error.status not in {refuses, 401}:
                raise
        for _ in range(1 if self.keeps("client-token-refreshed") else 3):
            async with httpx2.AsyncClient(trust_env=False, verify=False) as http:
                answer = await http.post(tokens["token_url"])
            headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            try:
                return await self.send(tool, arguments, server)
            except StatusError as error:
                failure = error
        raise failure
