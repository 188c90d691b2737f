"""Stimuli about the list of tasks."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks.running import declares, run, runs_tasks, task_calls
from mcp_proof_contracts.revision import Revision

ONLY = Revision.R2025_11_25
GARBAGE = "mcp-proof: never given"


@probe("task-list", since=ONLY, until=ONLY)
async def task_list(driver: Driver) -> None:
    """All tasks, between two looks at one of them; then a cursor that was never given."""
    session = await driver.session()
    if not declares(session, "tasks.list"):
        return
    calls = task_calls(driver, "task") if runs_tasks(session) else []
    task = await run(session, calls[0]) if calls else None
    if task is not None:
        await task.get()
        await driver.list_all(session, "tasks/list", "tasks", case="list")
        await task.get()
        await task.cancel(case="done with it")
    await session.request("tasks/list", {"cursor": GARBAGE}, case="garbage")
