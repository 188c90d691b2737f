"""Stimuli about the list of tools."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe


@probe("undeclared-tools")
async def undeclared_tools(driver: Driver) -> None:
    """tools/list, where the server does not declare tools."""
    session = await driver.session()
    if "tools" not in session.capabilities:
        await session.request("tools/list")
