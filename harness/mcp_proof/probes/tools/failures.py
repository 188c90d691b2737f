"""Stimuli about tools that fail."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe

MANY: Final = 3
"""How many failures are looked at."""


@probe("tool-failure")
async def tool_failure(driver: Driver) -> None:
    """Calls that are known to fail in the tool."""
    session = await driver.session()
    for occasion in driver.occasions("failure")[:MANY]:
        await session.call(occasion.method, occasion.params)
