"""Stimuli about changes of the list of tools."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.listening import Ears
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rules.tools.changes import CHANGED

PATIENCE: Final = 2.0
"""Seconds to wait for a notification that should come."""


@probe("tools-changed", until=LATEST_STATEFUL)
async def tools_changed(driver: Driver) -> None:
    """The list before and after a request that changes it."""
    session = await driver.session()
    occasion = driver.occasion("tools_changed")
    if occasion is None or "tools" not in session.capabilities:
        return
    before = await driver.list_all(session, "tools/list", "tools", case="tools before")
    ears = Ears(session)
    await session.call(occasion.method, occasion.params, case="tools_changed")
    after = await driver.list_all(session, "tools/list", "tools", case="tools after")
    if before != after:
        await ears.hear(CHANGED, PATIENCE)
