"""Stimuli about changes of the list of tools."""

import asyncio
import time
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rules.tools.changes import CHANGED

PATIENCE: Final = 2.0
"""Seconds to wait for a notification that should come."""
POLL: Final = 0.01


@probe("tools-changed", until=LATEST_STATEFUL)
async def tools_changed(driver: Driver) -> None:
    """The list before and after a request that changes it."""
    session = await driver.session()
    occasion = driver.occasion("tools_changed")
    if occasion is None or "tools" not in session.capabilities:
        return
    before = await driver.list_all(session, "tools/list", "tools", case="tools before")
    since = session.recorder.seq
    await session.call(occasion.method, occasion.params, case="tools_changed")
    after = await driver.list_all(session, "tools/list", "tools", case="tools after")
    if before != after:
        await _told(driver, since)


async def _told(driver: Driver, since: int) -> None:
    """Wait until the change is notified: it may come late."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        events = driver.recorder.transcript.events[since:]
        if any(e.message is not None and e.message.method == CHANGED for e in events):
            return
        await asyncio.sleep(POLL)
