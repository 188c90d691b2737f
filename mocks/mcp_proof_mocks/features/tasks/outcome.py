"""What a task's work comes to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.tasks.task import Status, Task

Work: TypeAlias = Callable[[Call], Awaitable[JsonObject]]
"""Answers a call that may be another than the one that was sent: a task speaks in its own way."""


async def carry_out(
    task: Task, work: Callable[[], Awaitable[JsonObject]], *, error_fails: bool
) -> None:
    """Do the work and end the task with what it comes to.

    Args:
        task: the task.
        work: begins it; gives what the request would have returned.
        error_fails: whether a result with `isError` is a failure, as in 2025-11-25; since then
            only a JSON-RPC error is.
    """
    try:
        result = await work()
    except RefusalError as refusal:
        task.move(Status.FAILED, f"The call was refused: {refusal}", refusal)
    except asyncio.CancelledError:
        task.move(Status.CANCELLED, "The work was cancelled.")
        raise
    except Exception as error:  # noqa: BLE001  # nobody awaits this job; the client must not hang
        task.move(Status.FAILED, "Internal error", RefusalError(INTERNAL_ERROR, "Internal error"))
        broken: dict[str, object] = {"message": f"Task {task.id} broke down", "exception": error}
        asyncio.get_running_loop().call_exception_handler(broken)
    else:
        failed = error_fails and result.get("isError") is True
        if failed:
            task.move(Status.FAILED, "The tool reported an error.", result)
        else:
            task.move(Status.COMPLETED, outcome=result)
