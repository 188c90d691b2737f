"""Stimuli about the protocol version header of the stateful era."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.stateful import VERSION_HEADER
from mcp_proof_contracts.revision import Revision

WRONG = {"invalid": "banana", "unsupported": "2099-01-01"}


@probe("version-header", since=Revision.R2025_06_18, until=Revision.R2025_11_25, transport="http")
async def version_header(driver: Driver) -> None:
    """A good request with wrong versions, and one of 2025-03-26, which has no such header."""
    session = await driver.session()
    for case, version in WRONG.items():
        await session.request("ping", case=case, headers={VERSION_HEADER: version})
    async with driver.fresh(revision=Revision.R2025_03_26) as older:
        if older.server:
            await older.request("ping", case="absent")
