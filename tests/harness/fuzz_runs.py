"""Campaigns for tests, in this process."""

import asyncio

from mcp_proof.fuzz.fuzzing import Fuzzing
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.tally import FuzzTally

BOUND = 60.0
"""Seconds within which every campaign of a test ends."""


def fuzzed(target, **options) -> FuzzTally:
    """Fuzz a target and return what it came to."""
    return asyncio.run(campaign(target, **options))


async def campaign(target, **options) -> FuzzTally:
    """Do the same in a loop that runs already."""
    tally = FuzzTally()
    async with asyncio.timeout(BOUND):
        async for event in Fuzzing(target, FuzzOptions(**options)).events():
            tally.take(event)
    assert tally.finished is not None
    assert not tally.finished.faults, tally.finished.faults
    return tally
