"""Tasks of 2025-11-25 (utilities/tasks): the client asks for one with `params.task`."""

import asyncio
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.headers import META_RELATED_TASK
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.failure import FailureError
from mcp_proof_mocks.refusal import RefusalError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

TTL: Final = 60_000
"""Milliseconds for which a task is asked to be kept."""
POLL: Final = 1000
"""Milliseconds between two polls, where the server says nothing of it."""
HASTE: Final = 0.005
"""Seconds between two polls of a client that does not care."""


def declared(client: "MockClient", capabilities: JsonObject) -> JsonObject:
    """Return the capabilities as they are declared: with a fault, not as objects."""
    if "tasks" not in capabilities or client.keeps("task11-capability-shape"):
        return capabilities
    return {**capabilities, "tasks": {"list": True, "cancel": True}}


def runs_as_task(client: "MockClient", params: JsonObject) -> bool:
    """Whether a tool is called as a task (Tool-Level Negotiation)."""
    if client.revision is not Revision.R2025_11_25 or "tasks" not in client.capabilities:
        return False
    if not client.keeps("task11-client-honours-tasksupport"):
        return True
    declared = as_object(as_object(client.era.server.get("tasks")).get("requests"))
    tool = client.known_tools.get(str(params.get("name")), {})
    support = as_object(tool.get("execution")).get("taskSupport")
    return "call" in as_object(declared.get("tools")) and support in ("optional", "required")


async def call(client: "MockClient", params: JsonObject) -> JsonObject:
    """Call a tool as a task; return what the call would have returned.

    Raises:
        FailureError: it came to nothing.
    """
    number = client.new_id()
    asked: JsonObject = {**params, "task": {"ttl": TTL}}
    created = (await client.exchange("tools/call", asked, request_id=number)).result
    task = as_object(created.get("task"))
    try:
        await _until_settled(client, task)
        return await client.request("tasks/result", {"taskId": task["taskId"]})
    except asyncio.CancelledError:
        if client.keeps("task11-client-cancel-method"):
            await client.request("tasks/cancel", _named(client, task))
        else:
            await client.notify("notifications/cancelled", {"requestId": number})
        raise


def related(client: "MockClient", request: JsonObject, result: JsonObject) -> JsonObject:
    """Return the answer to a question of a task with the name of the task."""
    meta = as_object(as_object(request.get("params")).get("_meta"))
    if META_RELATED_TASK not in meta or not client.keeps("task11-related-task-meta"):
        return result
    given = as_object(result.get("_meta"))
    return {**result, "_meta": {**given, META_RELATED_TASK: meta[META_RELATED_TASK]}}


def refuse_task(client: "MockClient", request: JsonObject) -> None:
    """Refuse to run something as a task, instead of passing the wish over: a fault.

    Raises:
        RefusalError: the client has that fault, and it is asked for a task.
    """
    asked = "task" in as_object(request.get("params"))
    if asked and not client.keeps("task11-undeclared-ignored"):
        raise RefusalError(INVALID_PARAMS, "this client runs no tasks")


async def _until_settled(client: "MockClient", task: JsonObject) -> None:
    """Poll until the task is over, or asks for something: tasks/result tells what."""
    while task.get("status") == "working":
        await asyncio.sleep(_seconds(client, task))
        task = await client.request("tasks/get", _named(client, task))
        if task.get("status") == "cancelled":
            raise FailureError("the task was cancelled")


def _seconds(client: "MockClient", task: JsonObject) -> float:
    given = task.get("pollInterval")
    if not client.keeps("task11-client-poll-interval"):
        return HASTE
    return (given if isinstance(given, int | float) else POLL) / 1000


def _named(client: "MockClient", task: JsonObject) -> JsonObject:
    """Return the params that name a task: once."""
    named: JsonObject = {"taskId": task["taskId"]}
    if client.keeps("task11-related-task-not-on-get"):
        return named
    meta: dict[str, Json] = {META_RELATED_TASK: named}
    return {**named, "_meta": meta}
