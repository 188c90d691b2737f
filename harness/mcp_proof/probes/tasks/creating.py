"""Stimuli about calls that ask for a task where there is none, and that do not where there is."""

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks.running import runs_tasks, safe_calls, task_support, with_task
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision

ONLY = Revision.R2025_11_25


@probe("task-undeclared", since=ONLY, until=ONLY)
async def task_undeclared(driver: Driver) -> None:
    """A list, and a call where tools run no tasks, each without `task`, with it, and without."""
    session = await driver.session()
    requests: list[tuple[str, JsonObject]] = [(method, {}) for method in session.lists[:1]]
    if not runs_tasks(session):
        calls = [occasion.params for occasion in safe_calls(driver, "forbidden")]
        requests += [("tools/call", params) for params in calls[:1]]
    for number, (method, params) in enumerate(requests):
        await session.request(method, params, case="plain")
        await session.request(method, with_task(params, f"none-{number}"), case="task")
        await session.request(method, params, case="plain again")


@probe("task-forbidden", since=ONLY, until=ONLY)
async def task_forbidden(driver: Driver) -> None:
    """A call that asks for a task, of a tool that does not run as one."""
    session = await driver.session()
    if runs_tasks(session):
        for occasion in list(safe_calls(driver, "forbidden"))[:1]:
            await session.request("tools/call", with_task(occasion.params, "forbidden"))


@probe("task-required", since=ONLY, until=ONLY)
async def task_required(driver: Driver) -> None:
    """Calls that ask for no task, of tools that run only as one."""
    session = await driver.session()
    if runs_tasks(session):
        calls = [*driver.occasions("task_required"), *safe_calls(driver, "required")]
        for occasion in [each for each in calls if task_support(driver, each) == "required"][:2]:
            await session.request("tools/call", occasion.params)
