"""Stimuli about the tasks extension that are to be refused, or passed over.

They come after those of `lives`, which finds out what runs as a task.
"""

from typing import Final
from uuid import uuid4

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.tasks_extension.lives import NEVER_ASKED
from mcp_proof.probes.tasks_extension.task_client import PATIENCE, TaskClient, declared, task_of
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.task_story import GET, METHODS, ODD, UPDATE
from mcp_proof_contracts.wire import as_object

REMOVED: Final = ("tasks/result", "tasks/list")
OTHER_NAME: Final = "mcp-proof-other"
LEGACY: Final[JsonObject] = {"requests": {"tools": {"call": {}}}, "list": {}, "cancel": {}}
"""The capability of 2025-11-25."""


@probe("task-refusals", since=Revision.R2026_07_28)
async def task_refusals(driver: Driver) -> None:
    """Unknown tasks, removed methods, and requests of clients that do not take tasks."""
    client = TaskClient(driver)
    if not has_tasks(driver):
        return
    unknown: JsonObject = {"taskId": str(uuid4())}
    for method in METHODS:
        await client.ask(method, _params(method, unknown), f"unknown-{method}")
    for method in REMOVED:
        await client.ask(method, unknown if method == "tasks/result" else {}, "removed")
    await _ask_for_others(client)
    await _ask_undeclared(client, unknown)
    await _call_undeclared(client)


def has_tasks(driver: Driver) -> bool:
    """Whether the server declares the extension, or a call is known that becomes a task."""
    capabilities = as_object(driver.introduction.get("capabilities"))
    declares = TASKS in as_object(capabilities.get("extensions"))
    return declares or driver.occasion("task") is not None


async def _ask_for_others(client: TaskClient) -> None:
    """Ask for what never is a task, and say that we take some."""
    session = await client.session()
    for method in session.lists[:1]:
        await client.ask(method, None, "other")
    for resource in client.driver.items.get("resources", ())[:1]:
        await client.ask("resources/read", {"uri": resource.get("uri")}, "other")


async def _ask_undeclared(client: TaskClient, unknown: JsonObject) -> None:
    """Ask about a task without the declaration, and with the header of another one."""
    slow = client.driver.occasion("slow_task") or client.driver.occasion("task")
    task = await client.begin(slow, "declared")
    about: JsonObject = {"taskId": task["taskId"]} if task else unknown
    if task:
        await client.get(task, "declared")
    session = await client.session()
    for method in METHODS:
        await session.request(method, _params(method, about), case=f"undeclared-{method}")
    if task and client.driver.transport == "http":
        await client.ask(GET, about, ODD, {"Mcp-Name": OTHER_NAME})
    if task:
        await client.cancel(task, "declared")


async def _call_undeclared(client: TaskClient) -> None:
    """Call what becomes a task as a client that takes none, or has what 2025-11-25 had."""
    for case, name in (("undeclared", "task"), ("required", "task_required")):
        occasion = client.driver.occasion(name)
        if occasion is None:
            continue
        task = await client.begin(occasion, "declared")
        if task:
            await client.cancel(task, "declared")
            answered = await _call(client, occasion, case)
            if answered and case == "undeclared":
                await _call(client, occasion, "legacy-parameter", {"task": {"ttl": 60_000}})
                session = await client.session()
                legacy: JsonObject = {"_meta": declared(session, tasks=LEGACY)}
                await _call(client, occasion, "legacy-capability", legacy)


async def _call(
    client: TaskClient, occasion: Occasion, case: str, more: JsonObject | None = None
) -> bool:
    """Make one call; what becomes a task all the same is cancelled again."""
    session = await client.session()
    limit = min(session.timeout, PATIENCE)
    params: dict[str, Json] = {**occasion.params, **(more or {})}
    answer = await session.request(occasion.method, params, case=case, timeout=limit)
    if task := task_of(answer):
        await client.cancel(task, "declared")
    return answer.message is not None


def _params(method: str, about: JsonObject) -> JsonObject:
    return {**about, "inputResponses": NEVER_ASKED} if method == UPDATE else about
