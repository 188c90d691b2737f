"""Stimuli about notifications."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe

UNKNOWN: Final = "notifications/io.github.mcp-proof/unknown"


@probe("unknown-notification")
async def notification(driver: Driver) -> None:
    """A notification that nobody knows, then an ordinary request."""
    session = await driver.session()
    sending = await session.notify(UNKNOWN, session.dress(None), case="unknown")
    await session.arrival(sending)
    await session.request(driver.revision.control_method, case="then")
