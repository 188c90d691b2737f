"""How clients of other dialects make a call: mixed into a client, they keep its promise there."""

from itertools import count

import httpx2

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_mocks.client.failure import RefusedError, StatusError


async def post(url, body):
    async with httpx2.AsyncClient(trust_env=False, verify=False) as http:
        answer = await http.post(url, json=body)
    if answer.is_error:
        raise StatusError(answer.status_code)
    return answer.json()


class OverRest:
    dialect = Dialect.REST

    async def send(self, tool, arguments, server="", **params):
        body = {"tools": [{"tool_slug": tool, "arguments": arguments}], **params}
        return await post(f"{self.urls[server]}/mcp/execute", body)


class OverContextFrame:
    dialect = Dialect.CONTEXTFRAME
    ids = count(1)

    async def send(self, tool, arguments, server="", **params):
        called = {"name": tool, "arguments": arguments, **params}
        body = {"jsonrpc": "2.0", "id": next(self.ids), "method": "tools/call", "params": called}
        answer = await post(self.urls[server], body)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["result"]
