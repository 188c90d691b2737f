"""A call of a tool, whichever form of tasks it may take."""

import asyncio
from typing import TYPE_CHECKING

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.client.failure import FailureError
from mcp_proof_mocks.client.tasks import experimental, extension

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient


async def called(client: "MockClient", asked: JsonObject, seconds: float | None) -> JsonObject:
    """Call a tool, as a task where it runs as one, and wait so long at most.

    Raises:
        FailureError: it came to nothing, or took longer; a task is cancelled then.
    """
    if experimental.runs_as_task(client, asked):
        work = experimental.call(client, asked)
    elif extension.takes(client, "tools/call"):
        work = client.request("tools/call", asked)
    else:
        return await client.request("tools/call", asked, seconds)
    calling = asyncio.create_task(work)
    try:
        await asyncio.wait({calling}, timeout=seconds)
    finally:
        calling.cancel()
    await asyncio.wait({calling})
    if calling.cancelled():
        raise FailureError("nobody waits for it any longer")
    return await calling
