"""Stimuli about subscriptions to tasks."""

import asyncio
from typing import Final
from uuid import uuid4

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks_extension.refusals import has_tasks
from mcp_proof.probes.tasks_extension.task_client import TaskClient, declared
from mcp_proof.transports.connection import Sending
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision

LISTEN: Final = "subscriptions/listen"
TOLD: Final = "notifications/tasks"
PATIENCE: Final = 0.5
"""Seconds in which a stream of its own is expected to say something."""
STEP: Final = 0.01


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
    listen_id = session.new_id()
    params: JsonObject = {"notifications": {"taskIds": [task_id]}, "_meta": meta}
    sending = await session.send(session.envelope(LISTEN, params, listen_id), case=case)
    await session.arrival(sending) if sending.shared else await _heard(sending, "")
    await session.barrier()
    if cancelled is not None:
        await client.cancel(cancelled, case)
        await client.get(cancelled, case)
        await session.barrier()
        await _heard(sending, TOLD)
    if sending.shared:
        await session.notify("notifications/cancelled", {"requestId": listen_id}, case=case)
        await session.barrier()
    else:
        sending.close()


async def _heard(sending: Sending, method: str) -> None:
    """Wait for a message on a stream of its own, of this method, or until it ends."""
    for _ in range(round(PATIENCE / STEP)):
        heard = [each for each in sending.messages if method in ("", each.method)]
        if heard or sending.ended.done() or sending.shared:
            return
        await asyncio.sleep(STEP)
