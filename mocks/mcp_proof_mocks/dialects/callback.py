"""Takes a response to the `callback_url` of its request, if that is on this machine."""

import asyncio
import sys
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.authorization.uris import is_local

TIMEOUT: Final = 5.0
JSON: Final = {"Content-Type": "application/json"}


async def called_back(url: Json, body: bytes) -> None:
    """POST a response to a URL; one that is not on this machine is left alone.

    Anybody can push a request, and nobody else's servers are to hear of it. A receiver that does
    not answer is told on standard error: the response stands under its key all the same.
    """
    if not isinstance(url, str) or not is_local(url):
        return
    import httpx2  # noqa: PLC0415  # slow to import, and only this needs it

    try:
        async with (
            asyncio.timeout(TIMEOUT),  # that of the client is one for each read
            httpx2.AsyncClient(timeout=TIMEOUT, trust_env=False) as client,
        ):
            await client.post(url, content=body, headers=JSON)
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
        why = str(error) or type(error).__name__
        sys.stderr.write(f"mcp-proof mock: the callback_url of a request does not answer: {why}\n")
