"""Stimuli about notifications."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.jsonrpc.requests import easy_method

UNKNOWN: Final = "notifications/io.github.mcp-proof/unknown"


@probe("unknown-notification")
async def notification(driver: Driver) -> None:
    """A notification that nobody knows, then an ordinary request."""
    session = await driver.session()
    sending = await session.notify(UNKNOWN, session.dress(UNKNOWN, None), case="unknown")
    if sending.channel != "stdio":
        await session.settle(sending)
    await session.request(easy_method(driver), case="then")
