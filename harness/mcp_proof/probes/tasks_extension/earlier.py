"""A stimulus about the tasks extension under 2025-11-25, where there is none."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.client import ClientProfile
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import LATEST_STATEFUL

MOST: Final = 3
"""How many tools are called."""


@probe("task-extension-2511", since=LATEST_STATEFUL, until=LATEST_STATEFUL)
async def task_extension_2511(driver: Driver) -> None:
    """Calls without `task` of a client that declares the extension when it introduces itself."""
    occasions = driver.occasions("task") or [
        Occasion("tools/call", {"name": name, "arguments": arguments})
        for name, arguments in driver.callable_tools()
    ]
    ours = driver.profile.declared(driver.revision)
    profile = ClientProfile(capabilities={**ours, "extensions": {TASKS: {}}})
    if not occasions:
        return
    async with driver.fresh(profile) as session:
        for occasion in occasions[:MOST]:
            await session.call(occasion.method, occasion.params, case="call")
