"""Stimuli about subscriptions to tasks."""

from typing import Final
from uuid import uuid4

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks_extension.refusals import has_tasks
from mcp_proof.probes.tasks_extension.task_client import TaskClient, declared
from mcp_proof.sessions.listening import Listening
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rules.subscriptions.opened import ACKNOWLEDGED

TOLD: Final = "notifications/tasks"
PATIENCE: Final = 0.5
"""Seconds in which a subscription is expected to say something."""


@probe("task-listening", since=Revision.R2026_07_28)
async def task_listening(driver: Driver) -> None:
    """A subscription to a task, with the extension and without; the task is then cancelled."""
    if not has_tasks(driver):
        return
    client = TaskClient(driver)
    slow = driver.occasion("slow_task") or driver.occasion("task")
    task = await client.begin(slow, "declared")
    task_id: Json = task.get("taskId", str(uuid4()))
    session = await client.session()
    undeclared: JsonObject = {META_CAPABILITIES: session.profile.declared(session.revision)}
    await _listened(client, task_id, "undeclared", undeclared)
    if task:
        await _listened(client, task_id, "declared", declared(session), cancelled=task)


async def _listened(
    client: TaskClient,
    task_id: Json,
    case: str,
    meta: JsonObject,
    cancelled: JsonObject | None = None,
) -> None:
    """Subscribe to a task, cancel it if it is given, then end the subscription."""
    session = await client.session()
    wanted: JsonObject = {"taskIds": [task_id]}
    listening = await Listening.open(session, session.new_id(), wanted, case=case, meta=meta)
    await listening.hears(ACKNOWLEDGED, PATIENCE)
    await session.barrier()
    if cancelled is not None:
        await client.cancel(cancelled, case)
        await client.get(cancelled, case)
        await session.barrier()
        await listening.hears(TOLD, PATIENCE)
    await listening.cancel(case=case)
    await session.barrier()
