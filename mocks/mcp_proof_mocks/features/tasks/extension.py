"""The tasks extension of 2026-07-28, `io.modelcontextprotocol/tasks`: the server makes the tasks.

Source: specification/draft/tasks.md of the ext-tasks repository (SEP-2663).
"""

import asyncio
from collections.abc import Mapping
from typing import Final, NoReturn

from mcp_proof_contracts.error_codes import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    MISSING_CAPABILITY,
)
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

ANOTHER: Final[JsonObject] = {"method": "roots/list"}
"""What a server with a fault asks by the key of another question."""
NEEDED: Final[JsonObject] = {"requiredCapabilities": {"extensions": {TASKS: {}}}}


async def call_tool(server: MockServer, call: Call, tool: ScriptedTool, work: Work) -> JsonObject:
    """Answer tools/call with a task as soon as the call detaches, where the client takes tasks.

    Raises:
        RefusalError: the tool demands a task, and the client has not declared that it takes one.
    """
    support = tool.tool.task
    takes = _takes_tasks(call) or _taken_for_one_that_does(server, call)
    if support == "required" and not takes:
        _refuse(server)
    if support == "forbidden" or not takes:
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
    task = _task(server, call)
    task.looks += 1
    early = task.looks == 1 and not server.keeps("task26-durable")
    late = task.looks > 1 and task.is_over and not server.keeps("task26-no-early-expiry")
    if early or late:
        raise RefusalError(INVALID_PARAMS, "Task not found")
    return _detailed(server, task)


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
    strict = not server.keeps("task26-update-ignores-unknown-keys")
    if strict and (unknown := [key for key in responses if key not in asked]):
        raise RefusalError(INVALID_PARAMS, f"Nothing was asked by {unknown[0]!r}")
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
    task = _task(server, call)
    if task.is_over and not server.keeps("task26-terminal-final"):
        task.status = Status.CANCELLED
    task.cancel()
    return {}


def require_tasks(call: Call) -> None:
    """Refuse a client that has not declared the extension on this very request.

    Raises:
        RefusalError: it has not.
    """
    if not _takes_tasks(call):
        raise _missing()


def _refuse(server: MockServer) -> NoReturn:
    if server.keeps("task26-required-error"):
        raise _missing()
    raise RefusalError(METHOD_NOT_FOUND, "This runs only as a task")


def _missing() -> RefusalError:
    text = f"This needs a client that declares the extension {TASKS}"
    return RefusalError(MISSING_CAPABILITY, text, data=NEEDED, status=400)


def _taken_for_one_that_does(server: MockServer, call: Call) -> bool:
    """Whether a client that has not declared the extension gets tasks all the same: by a fault."""
    asks = "task" in call.params and not server.keeps("task26-legacy-param-ignored")
    has_old = "tasks" in call.client and not server.keeps("task26-legacy-capability-void")
    return asks or has_old or not server.keeps("task26-only-if-declared")


def _takes_tasks(call: Call) -> bool:
    return TASKS in as_object(call.client.get("extensions"))


def _detached(server: MockServer, call: Call, answer: "asyncio.Future[JsonObject]") -> Task:
    """Let a call run on as a task: what it has to say is its status, and what it asks."""

    def announce(task: Task) -> None:
        full = server.keeps("task26-notification-full-state")
        known: JsonObject = {"taskId": task.id, "status": task.status}
        server.audience.follow(task.id, _detailed(server, task) if full else known)
        if not server.keeps("task26-no-progress-or-log-on-listen"):
            said: JsonObject = {"level": "info", "data": f"The task is {task.status}."}
            server.audience.follow(task.id, said, "notifications/message")

    task = server.tasks.create(Era.STATELESS, announce)
    task.job = asyncio.create_task(carry_out(task, lambda: answer, error_fails=False))
    # Neither progress nor log messages are there for tasks (Task Status Notifications).
    call.send = stay_silent
    call.ask = task.ask
    call.waiting = Waiting()
    call.detach = task.say
    return task


def _task(server: MockServer, call: Call) -> Task:
    if server.keeps("task26-methods-need-capability"):
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
        asked = {key: question.request for key, question in task.questions.items()}
        if task.looks % 2 == 0 and not server.keeps("task26-input-keys-unique"):
            asked = dict.fromkeys(asked, ANOTHER)
        detail = {"inputRequests": asked}
    return {**_shown(task), **detail}
