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


async def carry_out(task: Task, answer: Awaitable[JsonObject], *, error_fails: bool) -> None:
    """Wait for the answer and end the task with it.

    Args:
        task: the task.
        answer: what the request would have returned.
        error_fails: whether a result with `isError` is a failure, as in 2025-11-25; since then
            only a JSON-RPC error is.
    """
    try:
        result = await answer
    except RefusalError as refusal:
        task.move(Status.FAILED, f"The call was refused: {refusal}", refusal)
    except asyncio.CancelledError:
        task.cancel("The work was cancelled.")
        raise
    except Exception:
        task.move(Status.FAILED, "Internal error", RefusalError(INTERNAL_ERROR, "Internal error"))
        raise
    else:
        failed = error_fails and result.get("isError") is True
        if failed:
            task.move(Status.FAILED, "The tool reported an error.", result)
        else:
            task.move(Status.COMPLETED, outcome=result)
