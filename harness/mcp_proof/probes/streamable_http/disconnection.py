"""Stimuli about a client that goes away while its request is worked on."""

import asyncio
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.cancellation import ENOUGH, GRACE, HEAD_START, ask, usual_seconds, with_token
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.reading import Reading

POLLS: Final = 12
"""How often it is asked at most whether the work is done."""
LONG: Final = 2.2
"""Times its usual time, after which work that has not ended is not going on."""
REQUEST: Final = "mcp-proof-dropped"


@probe("disconnect", transport="http")
async def disconnect(driver: Driver) -> None:
    """A slow request whose connection is closed on its way, and what became of its work."""
    work, effect = driver.occasion("side_effect"), driver.occasion("effect")
    seconds = usual_seconds(driver, work) if work is not None else None
    if work is None or effect is None or seconds is None:
        return
    await ask(driver, effect, "before", "before")
    if driver.stateless:
        await ask(driver, work, "control")
        await ask(driver, effect, "after-control")
        await _drop(driver, work, seconds)
        await asyncio.sleep(seconds * (ENOUGH - HEAD_START) + GRACE)
        await ask(driver, effect, "after-drop")
    else:
        await _drop(driver, work, seconds)
        if not await _changed(driver, effect, seconds):
            await ask(driver, work, "control")
            await ask(driver, effect, "after-control")


async def _drop(driver: Driver, work: Occasion, seconds: float) -> None:
    session = await driver.session()
    request = session.envelope(work.method, with_token(work, REQUEST), REQUEST)
    sending = await session.send(request, case="dropped")
    await asyncio.sleep(seconds * HEAD_START)
    sending.close()


async def _changed(driver: Driver, effect: Occasion, seconds: float) -> bool:
    """Ask until the answer is another than before, or the work must have ended long ago."""
    for number in range(POLLS):
        await asyncio.sleep((seconds * LONG + GRACE) / POLLS)
        await ask(driver, effect, f"poll-{number}")
        read = Reading(driver.recorder.transcript, driver.revision)
        before = next(read.stimuli("disconnect", "before")).result
        now = next(read.stimuli("disconnect", f"poll-{number}")).result
        if before != now:
            return True
    return False
