"""A method that nobody has."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.revision import Revision


@probe("unknown-method-status", since=Revision.R2026_07_28, transport="http")
async def unknown_method_status(driver: Driver) -> None:
    """A well-formed request for a method that the server cannot know."""
    session = await driver.session()
    await session.request("mcp-proof/no-such-method")
