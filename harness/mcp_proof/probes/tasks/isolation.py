"""Stimuli about tasks that there are not, and about those of another user."""

import os
from dataclasses import replace

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks.running import Running, declares, run, runs_tasks, task_calls
from mcp_proof.sessions.session import Session
from mcp_proof.targets import AsgiTarget, UrlTarget
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
    other = _another_user(driver)
    calls = task_calls(driver, "task")
    if other is None or not runs_tasks(session) or not calls:
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


def _another_user(driver: Driver) -> Driver | None:
    """Return a client of the other user whose token is named; `None` where none is."""
    token = os.environ.get(driver.hints.tokens.get("other_user", ""))
    if not token or not isinstance(driver.target, UrlTarget | AsgiTarget):
        return None
    own = {n: v for n, v in driver.target.headers.items() if n.lower() != "authorization"}
    if len(own) == len(driver.target.headers):
        return None  # we ourselves have no authorization, so that there are no users
    other = driver.beside()
    other.target = replace(driver.target, headers={**own, "Authorization": f"Bearer {token}"})
    driver.recorder.mask.hide([token])
    return other
