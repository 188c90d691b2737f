"""Stimuli about tasks that there are not, and about those of another user."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.authorization.asking import own_token, presenting
from mcp_proof.probes.tasks.running import Running, declares, run, runs_tasks, task_calls
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.revision import Revision

ONLY = Revision.R2025_11_25
UNKNOWN = "mcp-proof-no-such-task"


@probe("unknown-task", since=ONLY, until=ONLY)
async def unknown_task(driver: Driver) -> None:
    """Every request about one task, for a task that there is not."""
    session = await driver.session()
    if not runs_tasks(session):
        return
    cancel = ["tasks/cancel"] if declares(session, "tasks.cancel") else []
    for method in ["tasks/get", "tasks/result", *cancel]:
        await session.request(method, {"taskId": UNKNOWN})


@probe("task-of-another", since=ONLY, until=ONLY, transport="http")
async def task_of_another(driver: Driver) -> None:
    """A task of ours, asked for, listed and cancelled by another user."""
    session = await driver.session()
    other = presenting(driver, driver.credentials("other_user"))
    calls = task_calls(driver, "task")
    if other is None or not own_token(session) or not runs_tasks(session) or not calls:
        return
    task = await run(session, calls[0])
    if task is None or not await task.end():
        return
    await task.get(case="own")
    async with other.fresh() as foreign:
        if foreign.server:
            await _pry(other, foreign, task)
    await task.get(case="own again")


async def _pry(other: Driver, foreign: Session, task: Running) -> None:
    for method in ("tasks/get", "tasks/result", "tasks/cancel"):
        if method != "tasks/cancel" or declares(foreign, "tasks.cancel"):
            await foreign.request(method, {"taskId": task.id}, case="other")
    if declares(foreign, "tasks.list"):
        await other.list_all(foreign, "tasks/list", "tasks", case="list")
