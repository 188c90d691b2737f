"""Stimuli about tasks that are cancelled, and about one that is waited for meanwhile."""

import asyncio

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks.running import run, runs_tasks, task_calls
from mcp_proof_contracts.revision import Revision

ONLY = Revision.R2025_11_25


@probe("cancel-task", since=ONLY, until=ONLY)
async def cancel_task(driver: Driver) -> None:
    """Two tasks of one call: one is cancelled, the other one goes on while its result is awaited.

    The work of the first would have come to its end with that of the second.
    """
    session = await driver.session()
    calls = task_calls(driver, "slow_task", "task_input", "task")
    if not runs_tasks(session) or not calls:
        return
    first = await run(session, calls[0], case="to cancel")
    if first is None:
        return
    await first.cancel()
    await first.get()
    second = await run(session, calls[0], case="to wait for")
    if second is not None:
        await second.get()
        await asyncio.gather(second.result(), second.get())
        await second.get()
    await first.get()
