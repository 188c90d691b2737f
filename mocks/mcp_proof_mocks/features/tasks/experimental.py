"""Tasks of 2025-11-25 (utilities/tasks): the client asks for one with `params.task`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mcp_proof_contracts.error_codes import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    RESOURCE_NOT_FOUND,
)
from mcp_proof_contracts.headers import META_RELATED_TASK, TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.call import Call, Session, Waiting, stay
from mcp_proof_mocks.features.pages import page
from mcp_proof_mocks.features.tasks.outcome import Work, carry_out
from mcp_proof_mocks.offering.tool import ScriptedTool
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.tasks.channel import Channel
from mcp_proof_mocks.tasks.task import Status, Task

NO_WISH: Final[JsonObject] = {}


async def call_tool(server: MockServer, call: Call, tool: ScriptedTool, work: Work) -> JsonObject:
    """Answer tools/call with a task where the client asks for one.

    Raises:
        RefusalError: the tool demands a task, or takes none (Tool-Level Negotiation).
    """
    support = tool.tool.task
    by_extension = TASKS in as_object(call.client.get("extensions"))
    misled = by_extension and not server.keeps("task26-not-under-2511")
    if "task" not in call.params and not misled:
        if support == "required" and server.keeps("task11-required-tool-32601"):
            raise RefusalError(METHOD_NOT_FOUND, f"{tool.name} runs only as a task: add `task`")
        return await work(call)
    if support == "forbidden":
        if not server.keeps("task11-forbidden-tool-32601"):
            return await work(call)
        raise RefusalError(METHOD_NOT_FOUND, f"{tool.name} does not run as a task")
    session = _session(call)
    hard = server.keeps("task11-id-entropy")
    ttl = _ttl(call.params.get("task", NO_WISH))
    task = server.tasks.create(_owner(server, call), _announce, ttl, guessable=not hard)
    task.channel = channel = Channel(task.id, session.tell)
    created: JsonObject = {"task": _shown(task), "_meta": channel.related}
    later = _detached(server, call, task, channel)
    error_fails = server.keeps("task11-iserror-is-failed")
    task.job = asyncio.create_task(carry_out(task, lambda: work(later), error_fails=error_fails))
    return created


async def get_task(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/get.

    Raises:
        RefusalError: the client has no such task.
    """
    return _shown(_task(server, call))


async def list_tasks(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/list.

    Raises:
        RefusalError: the cursor is none of ours.
    """
    owned = server.tasks.of(_owner(server, call))
    if not server.keeps("task11-list-complete"):
        owned = owned[:-1]
    return page(server, "tasks", [_Entry(task) for task in owned], call, "task11-list-complete")


async def cancel(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/cancel.

    Raises:
        RefusalError: the client has no such task, or it is over.
    """
    task = _task(server, call)
    if task.is_over and server.keeps("task11-cancel-terminal-32602"):
        text = f"Cannot cancel task: already in terminal status '{task.status}'"
        raise RefusalError(INVALID_PARAMS, text)
    if server.keeps("task11-cancel"):
        task.cancel()
    return _shown(task)


async def get_result(server: MockServer, call: Call) -> JsonObject:
    """Answer tasks/result as soon as the task is over; until then the task speaks on this answer.

    Raises:
        RefusalError: the client has no such task, or that is what the task came to.
        CancelledError: the client no longer waits.
    """
    task = _task(server, call)
    assert task.channel is not None
    if not task.is_over and not server.keeps("task11-result-blocks"):
        raise RefusalError(INVALID_PARAMS, "The task is not at its end")
    with task.channel.heard(call.send):
        await task.over(call.waiting)
    if task.outcome is None:
        raise RefusalError(INVALID_PARAMS, f"There is no result: {task.message}")
    if isinstance(task.outcome, RefusalError):
        refusal = task.outcome
        raise RefusalError(refusal.code, str(refusal), data=refusal.data)
    given = as_object(task.outcome.get("_meta"))
    return {**task.outcome, "_meta": {**given, **task.channel.related}}


@dataclass(frozen=True, slots=True)
class _Entry:
    task: Task

    def listed(self, revision: Revision) -> JsonObject:  # noqa: ARG002  # as everything is listed
        return _shown(self.task)


def _detached(server: MockServer, call: Call, task: Task, channel: Channel) -> Call:
    """The call as the work sees it: everything goes by the task."""
    if not server.keeps("task11-progress-lifetime"):
        call = replace(call, params={**call.params, "_meta": {"progressToken": task.id}})
    waiting = Waiting()
    ask_by_channel = _session(call).asker(channel.send, waiting)

    async def ask(requests: Mapping[str, JsonObject]) -> dict[str, Json]:
        task.move(Status.INPUT_REQUIRED, "The client is asked for input: call tasks/result.")
        answers = await ask_by_channel(requests)
        task.move(Status.WORKING)
        return answers

    return replace(
        call, send=channel.send, ask=ask, waiting=waiting, disconnect=stay, detach=task.say
    )


def _announce(task: Task) -> None:
    """Tell the client of a change (Task Status Notification)."""
    if task.channel is not None:
        method = "notifications/tasks/status"
        task.channel.tell({"jsonrpc": "2.0", "method": method, "params": _shown(task)})


def _task(server: MockServer, call: Call) -> Task:
    task_id = call.params.get("taskId")
    if not server.keeps("task11-param-authoritative"):
        task_id = as_object(call.meta.get(META_RELATED_TASK)).get("taskId", task_id)
    task = server.tasks.find(task_id, _owner(server, call))
    if task is None and not server.keeps("task11-unknown-id-32602"):
        raise RefusalError(RESOURCE_NOT_FOUND, "Task not found")
    return server.tasks.require(task_id, _owner(server, call))


def _session(call: Call) -> Session:
    assert call.session is not None, "only the stateful era has these tasks"
    return call.session


def _owner(server: MockServer, call: Call) -> object:
    """Who owns what this client creates: its session, where it has one."""
    session = _session(call)
    bound = session.lasts and server.keeps("task11-context-binding")
    return session if bound else Revision.R2025_11_25


def _ttl(value: Json) -> int | None:
    ttl = as_object(value).get("ttl")
    if isinstance(value, Mapping) and ttl is None:
        return None
    if isinstance(ttl, int) and not isinstance(ttl, bool) and ttl >= 0:
        return ttl
    raise RefusalError(INVALID_PARAMS, "`task` is an object with a `ttl` in milliseconds")


def _shown(task: Task) -> JsonObject:
    return {**task.shown, "ttl": task.ttl_ms, "pollInterval": task.poll_ms}
