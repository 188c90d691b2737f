"""Campaigns for tests: run to their end, in this process."""

import asyncio
import sys
from pathlib import Path

from mcp_proof.fuzz.fuzzing import Fuzzing
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.targets import CommandTarget

PLANTED = Path(__file__).parents[2] / "peers" / "planted" / "server.py"
LONGEST = 60.0


def planted(*options):
    return CommandTarget((sys.executable, str(PLANTED), *options), cwd=".")


def campaign(target, **options):
    """Return the tally of a campaign."""
    return asyncio.run(running_campaign(target, **options))


async def running_campaign(target, **options):
    """Do the same in a loop that runs already."""
    tally = FuzzTally()
    fuzzing = Fuzzing(target, FuzzOptions(**options), tally.mask)
    async with asyncio.timeout(LONGEST):
        async for event in fuzzing.events():
            tally.take(event)
    assert not tally.faults, tally.faults
    return tally
