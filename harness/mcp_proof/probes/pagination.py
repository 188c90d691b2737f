"""Stimuli about cursors: one that was never given, and one used twice."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.lists import LISTS

GARBAGE: Final = "mcp-proof: never given"


@probe("pagination")
async def pagination(driver: Driver) -> None:
    """For each declared list an invalid cursor, and where it has a second page its cursor twice."""
    for capability, method, _ in LISTS:
        session = await driver.session()
        if capability not in session.capabilities:
            continue
        page = await session.request(method, case="start")
        cursor = page.result.get("nextCursor") if page.result is not None else None
        if isinstance(cursor, str):
            for _ in range(2):
                await session.request(method, {"cursor": cursor}, case="twice")
        await session.request(method, {"cursor": GARBAGE}, case="garbage")
