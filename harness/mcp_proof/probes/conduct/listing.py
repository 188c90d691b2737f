"""Stimuli about how steady the list of tools is."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tools.changes import PATIENCE
from mcp_proof.sessions.listening import Ears
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rules.conduct.listing import AGAIN
from mcp_proof_contracts.rules.tools.changes import CHANGED


@probe(AGAIN, until=LATEST_STATEFUL)
async def tools_list_twice(driver: Driver) -> None:
    """The list before and after a call; where they differ, time to announce it."""
    session = await driver.session()
    if "tools" not in session.capabilities:
        return
    ears = Ears(session)
    before = await driver.list_all(session, "tools/list", "tools", case="before")
    for name, arguments in driver.callable_tools()[:1]:
        await session.call("tools/call", {"name": name, "arguments": arguments}, case="between")
    after = await driver.list_all(session, "tools/list", "tools", case="after")
    if before != after:
        await ears.hear(CHANGED, PATIENCE)
