"""Tasks of the extension `io.modelcontextprotocol/tasks` (SEP-2663): the server makes them."""

import asyncio
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.failure import FailureError, InvalidError, RefusedError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

POLL: Final = 1000
"""Milliseconds between two polls, where the server says nothing of it."""
HASTE: Final = 0.005
"""Seconds between two polls of a client that does not care."""
MOST_UNANSWERED: Final = 3
"""Polls after which a client that answers nothing gives a task up."""


def takes(client: "MockClient", method: str) -> bool:
    """Whether a request may be answered by a task."""
    if TASKS not in as_object(client.capabilities.get("extensions")):
        return False
    if method == "tools/call":
        return client.keeps("task26-client-handles-both")
    return not client.keeps("task26-client-rejects-elsewhere")


async def outcome(
    client: "MockClient", method: str, request_id: Json, task: JsonObject
) -> JsonObject:
    """Wait for a task; return what the request would have returned.

    Raises:
        FailureError: it came to nothing.
    """
    if method != "tools/call":
        return task
    try:
        return await _followed(client, task)
    except asyncio.CancelledError:
        if client.keeps("task26-client-cancel-method"):
            await client.request("tasks/cancel", {"taskId": task["taskId"]})
        else:
            await client.notify("notifications/cancelled", {"requestId": request_id})
        raise


async def _followed(client: "MockClient", task: JsonObject) -> JsonObject:
    answered: set[str] = set()
    unanswered = 0
    while unanswered < MOST_UNANSWERED:
        match task.get("status"):
            case "completed":
                return as_object(task.get("result"))
            case "failed":
                raise RefusedError(as_object(task.get("error")))
            case "cancelled":
                raise FailureError("the task was cancelled")
            case "input_required" if client.keeps("task26-client-answers-input"):
                await _answer(client, task, answered)
            case "input_required":
                unanswered += 1
            case "working":
                pass
            case other:
                raise InvalidError(f"a task is {other!r}")
        await asyncio.sleep(_seconds(client, task))
        task = await client.request("tasks/get", {"taskId": task["taskId"]})
    raise FailureError("the task asks for input, which this client does not give")


async def _answer(client: "MockClient", task: JsonObject, answered: set[str]) -> None:
    """Answer what was not answered yet (Task Update Requests)."""
    asked = as_object(task.get("inputRequests"))
    new = {key: as_object(request) for key, request in asked.items() if key not in answered}
    if not new:
        return
    answered.update(new)
    responses = {key: await client.answered(request) for key, request in new.items()}
    params: JsonObject = {"taskId": task["taskId"], "inputResponses": {**responses}}
    await client.request("tasks/update", params)


def _seconds(client: "MockClient", task: JsonObject) -> float:
    given = task.get("pollIntervalMs")
    if not client.keeps("task26-client-poll-interval"):
        return HASTE
    return (given if isinstance(given, int | float) else POLL) / 1000
