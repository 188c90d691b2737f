"""The tasks extension of 2026-07-28, `io.modelcontextprotocol/tasks`: the server makes the tasks.

Source: specification/draft/tasks.md of the ext-tasks repository (SEP-2663).
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, MISSING_CAPABILITY
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Era
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.call import Call, Waiting, stay_silent
from mcp_proof_mocks.features.tasks.outcome import Work, carry_out
from mcp_proof_mocks.offering.tool import ScriptedTool
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.ask import checked
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stateless import finished
from mcp_proof_mocks.tasks.task import Status, Task

NEEDED: Final[JsonObject] = {"requiredCapabilities": {"extensions": {TASKS: {}}}}


async def call_tool(server: MockServer, call: Call, tool: ScriptedTool, work: Work) -> JsonObject:
    """Answer tools/call with a task as soon as the call detaches, where the client takes tasks.

    Raises:
        RefusalError: the tool demands a task, and the client has not declared that it takes one.
    """
    support = tool.tool.task
    if support == "required":
        require_tasks(call)
    if support == "forbidden" or not _takes_tasks(call):
        return await work(call)
    created: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
    answer = asyncio.ensure_future(work(call))

    def detach(message: str) -> None:
        task = _detached(server, call, answer)
        task.say(message)
        created.set_result({"resultType": "task", **_shown(task)})

    call.detach = detach
    try:
        await asyncio.wait({answer, created}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not created.done():
            answer.cancel()
    return created.result() if created.done() else await answer


async def get_task(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/get with all there is to know.

    Raises:
        RefusalError: the task is unknown, or the client does not take tasks.
    """
    return _detailed(server, _task(server, call))


async def update(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/update; responses to what is not asked just now are passed over.

    Raises:
        RefusalError: the task is unknown, a response is none of its kind, or the client does not
            take tasks.
    """
    task = _task(server, call)
    responses = call.params.get("inputResponses")
    if not isinstance(responses, Mapping):
        raise RefusalError(INVALID_PARAMS, "tasks/update needs `inputResponses`")
    asked = task.questions
    answers = {
        key: checked(key, asked[key].request, answer)
        for key, answer in responses.items()
        if key in asked
    }
    task.settle(answers)
    return {}


async def cancel(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/cancel; a task that is over stays what it is.

    Raises:
        RefusalError: the task is unknown, or the client does not take tasks.
    """
    _task(server, call).cancel()
    return {}


def require_tasks(call: Call) -> None:
    """Refuse a client that has not declared the extension on this very request.

    Raises:
        RefusalError: it has not.
    """
    if not _takes_tasks(call):
        text = f"This needs a client that declares the extension {TASKS}"
        raise RefusalError(MISSING_CAPABILITY, text, data=NEEDED, status=400)


def _takes_tasks(call: Call) -> bool:
    return TASKS in as_object(call.client.get("extensions"))


def _detached(server: MockServer, call: Call, answer: "asyncio.Future[JsonObject]") -> Task:
    """Let a call run on as a task: what it has to say is its status, and what it asks."""

    def announce(task: Task) -> None:
        server.audience.follow(task.id, _detailed(server, task))

    task = server.tasks.create(Era.STATELESS, announce)
    task.job = asyncio.create_task(carry_out(task, lambda: answer, error_fails=False))
    # Neither progress nor log messages are there for tasks (Task Status Notifications).
    call.send = stay_silent
    call.ask = task.ask
    call.waiting = Waiting()
    call.detach = task.say
    return task


def _task(server: MockServer, call: Call) -> Task:
    require_tasks(call)
    return server.tasks.require(call.params.get("taskId"), Era.STATELESS)


def _shown(task: Task) -> JsonObject:
    return {**task.shown, "ttlMs": task.ttl_ms, "pollIntervalMs": task.poll_ms}


def _detailed(server: MockServer, task: Task) -> JsonObject:
    detail: JsonObject = {}
    if isinstance(task.outcome, RefusalError):
        detail = {"error": task.outcome.error}
    elif task.outcome is not None:
        detail = {"result": finished(server, "tools/call", task.outcome)}
    elif task.status is Status.INPUT_REQUIRED:
        detail = {"inputRequests": {key: q.request for key, q in task.questions.items()}}
    return {**_shown(task), **detail}
