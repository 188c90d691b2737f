"""Tools that may be called as tasks, and tasks that are followed to their end."""

import asyncio
from collections.abc import Iterator
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.rules.tasks.traffic import TERMINAL, TOOL_CALLS
from mcp_proof_contracts.wire import as_object, encode

TTL_MS: Final = 60_000
"""For how long we want a task to be kept: longer than a probe takes."""
PATIENCE: Final = 5.0
"""Seconds for which a task may work; then it is cancelled."""
POLLS: Final = 10
PAUSE: Final = 0.1
"""Seconds between two looks at a task that was to be at its end."""


class Running:
    """One task on the main session."""

    def __init__(self, session: Session, task_id: str) -> None:
        self.session = session
        self.id = task_id

    async def get(self, *, case: str = "get", related: str = "") -> Json:
        """Ask where it stands; `related` is a task that `_meta` names besides."""
        meta: JsonObject = {"io.modelcontextprotocol/related-task": {"taskId": related}}
        params: JsonObject = {"taskId": self.id, **({"_meta": meta} if related else {})}
        answer = await self.session.request("tasks/get", params, case=case)
        return answer.result.get("status") if answer.result is not None else None

    async def result(self, *, case: str = "result") -> None:
        """Wait for what it comes to; cancel it when that takes too long."""
        may_cancel = declares(self.session, "tasks.cancel")
        request = self.session.request(
            "tasks/result",
            {"taskId": self.id},
            case=case,
            timeout=None if may_cancel else PATIENCE,
        )
        waiting = asyncio.ensure_future(request)
        try:
            done, _ = await asyncio.wait({waiting}, timeout=PATIENCE)
            if not done and may_cancel:
                await self.cancel(case="too slow")
            await waiting
        finally:
            waiting.cancel()

    async def cancel(self, *, case: str = "cancel") -> None:
        """Cancel it, where the server can."""
        if declares(self.session, "tasks.cancel"):
            await self.session.request("tasks/cancel", {"taskId": self.id}, case=case)

    async def end(self) -> bool:
        """Whether it comes to its end within a second."""
        for _ in range(POLLS):
            status = await self.get()
            if not isinstance(status, str) or status in TERMINAL:
                return status in TERMINAL
            await asyncio.sleep(PAUSE)
        return False


async def run(session: Session, occasion: Occasion, *, case: str = "create") -> Running | None:
    """Call a tool as a task; `None` where no task came of it."""
    params = with_task(occasion.params, f"task-{session.new_id()}")
    answer = await session.request("tools/call", params, case=case)
    created = answer.result.get("task") if answer.result is not None else None
    task_id = as_object(created).get("taskId")
    return Running(session, task_id) if isinstance(task_id, str) else None


def with_task(params: JsonObject, token: str) -> JsonObject:
    """Return the params of a call that asks for a task, and for its progress."""
    return {**params, "task": {"ttl": TTL_MS}, "_meta": {"progressToken": token}}


def declares(session: Session, path: str) -> bool:
    """Whether the server declares a capability that lies within others."""
    value: Json = session.capabilities
    for name in path.split("."):
        value = as_object(value).get(name)
    return isinstance(value, dict)


def runs_tasks(session: Session) -> bool:
    """Whether the server's tools run as tasks."""
    return declares(session, TOOL_CALLS)


def task_calls(driver: Driver, *names: str) -> list[Occasion]:
    """Return the calls that run as tasks: of these occasions, or of tools that may be called."""
    found = [occasion for name in names for occasion in driver.occasions(name)]
    if "task" in names:
        found += safe_calls(driver, "optional", "required")
    takes = [each for each in found if task_support(driver, each) != "forbidden"]
    return list({encode(each.params): each for each in takes}.values())


def safe_calls(driver: Driver, *support: str) -> Iterator[Occasion]:
    """Yield calls of tools that may be called, and that say this of tasks."""
    for name, arguments in driver.callable_tools():
        occasion = Occasion("tools/call", {"name": name, "arguments": arguments})
        if task_support(driver, occasion) in support:
            yield occasion


def task_support(driver: Driver, occasion: Occasion) -> Json:
    """Return what the listed tool says of tasks."""
    execution = as_object(driver.tools.get(occasion.tool, {}).get("execution"))
    return execution.get("taskSupport", "forbidden")
