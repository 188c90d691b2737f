"""How long the mock client waits for an answer."""

import asyncio
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import PROGRESS, Message, as_object

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

ENDLESS: Final = 60.0
"""Seconds that a faulty client waits whatever it is asked."""


async def awaited(
    client: "MockClient",
    answer: "asyncio.Future[Message]",
    params: JsonObject,
    seconds: float,
) -> Message:
    """Return the answer to a request with these params.

    Raises:
        TimeoutError: it has not come in time (lifecycle, Timeouts).
    """
    if not client.keeps("request-timeout-exists"):
        seconds = max(seconds, ENDLESS)
    token = as_object(params.get("_meta")).get("progressToken")
    while True:
        heard = len(client.heard)
        try:
            return await asyncio.wait_for(asyncio.shield(answer), seconds)
        except TimeoutError:
            if client.keeps("request-timeout-hard-limit") or not _advanced(client, heard, token):
                raise


def _advanced(client: "MockClient", heard: int, token: Json) -> bool:
    """Whether progress was reported since so much had been heard."""
    return token is not None and any(
        message.method == PROGRESS and message.params.get("progressToken") == token
        for message in client.heard[heard:]
    )
