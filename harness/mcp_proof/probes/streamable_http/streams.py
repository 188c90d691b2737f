"""Stimuli about the event streams that answer a POST."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.streamable_http.calls import cheap_requests, send_request
from mcp_proof_contracts.headers import media_type

OPEN_LONG: Final = 2.1
"""Seconds after which a stream that is still open counts as left open."""


@probe("stream-left-open", transport="http")
async def stream_left_open(driver: Driver) -> None:
    """A request that is answered by a stream, which is watched to its end."""
    session = await driver.session()
    for number, call in enumerate(cheap_requests(driver), start=1):
        sending = await send_request(session, call, f"mcp-proof-stream-{number}")
        await session.head(sending)
        if media_type(sending.headers) == "text/event-stream":
            await asyncio.wait([sending.ended], timeout=OPEN_LONG)
            return
        await session.settle(sending)


@probe("concurrent-posts", transport="http")
async def concurrent_posts(driver: Driver) -> None:
    """The same request once alone, then twice at once."""
    session = await driver.session()
    method = driver.revision.control_method
    await session.request(method, case="alone")
    await asyncio.gather(*(session.request(method, case="together") for _ in range(2)))
