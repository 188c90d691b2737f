"""Stimuli about tasks: calls that become some, followed from their creation to their end."""

import time
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks_extension.task_client import PATIENCE, TaskClient, answers_to
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.task_story import is_over

NAMED: Final = ("task", "task_failure", "task_error", "task_input", "task_required")
"""The occasions of tasks that are followed to their end."""
EACH: Final = 3
"""How many calls of one occasion are made."""
MOST_TRIED: Final = 10
"""How many tools are called to find out whether they run as tasks, where the user names none."""
MOST_POLLS: Final = 40
NEVER_ASKED: Final[JsonObject] = {"mcp-proof-never-asked": {"action": "decline"}}


@probe("task-lives", since=Revision.R2026_07_28)
async def task_lives(driver: Driver) -> None:
    """Calls of a client that takes tasks; tasks are polled, answered, and cancelled at the end."""
    client = TaskClient(driver)
    if not driver.occasions("task"):
        await _try_tools(client)
    for name in NAMED:
        for occasion in driver.occasions(name)[:EACH]:
            task = await client.begin(occasion, name)
            if task:
                await _follow(client, task, name)
    for occasion in driver.occasions("slow_task")[:1]:
        task = await client.begin(occasion, "slow_task")
        if task:
            await client.get(task, "slow_task")
            await client.cancel(task, "slow_task")
            await client.get(task, "slow_task")


async def _try_tools(client: TaskClient) -> None:
    """Find out which of the callable tools run as tasks; those that do not take their time."""
    started = time.monotonic()
    for name, arguments in client.driver.callable_tools()[:MOST_TRIED]:
        if time.monotonic() - started > PATIENCE:
            return
        occasion = Occasion("tools/call", {"name": name, "arguments": arguments})
        task = await client.begin(occasion, "tried")
        if task:
            client.driver.learn_occasion("task", occasion)
            await client.cancel(task, "tried")


async def _follow(client: TaskClient, task: JsonObject, case: str) -> None:
    """Poll a task until it is over, or enough was waited; then ask again, cancel, ask again."""
    state = await client.get(task, case)
    for _ in range(MOST_POLLS):
        if state.get("status") == "input_required" and (answers := answers_to(state)):
            await client.update(task, NEVER_ASKED, "unknown-key")
            await client.get(task, case)
            await client.update(task, answers, case)
            await client.update(task, answers, "answered-key")
        if not await client.pause(state):
            break
        state = await client.get(task, case)
    if is_over(state):
        await client.get(task, case)
    await client.cancel(task, case)
    await client.get(task, case)
