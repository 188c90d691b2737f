"""The tasks that a server keeps: each for its time to live, and never more than so many."""

import heapq
import secrets
from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.contract import TaskSettings
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS
from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.tasks.task import Task

MAX_TASKS: Final = 10_000
MAX_TTL_MS: Final = 3_600_000
"""The longest time to live that a client gets by asking."""


class TaskStore:
    """All tasks of one server."""

    def __init__(self, settings: TaskSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._tasks: dict[str, Task] = {}
        self._ends: list[tuple[float, str]] = []
        """When each task is forgotten, the next one first."""

    def create(
        self,
        owner: object,
        changed: Callable[[Task], None],
        ttl_ms: int | None = None,
        *,
        guessable: bool = False,
    ) -> Task:
        """Create a task, for `ttl_ms` or what the contract says; its id can be guessed, or not.

        Raises:
            RefusalError: there are too many.
        """
        self._expire()
        if len(self._tasks) >= MAX_TASKS:
            raise RefusalError(INTERNAL_ERROR, f"{MAX_TASKS} tasks are kept; try again later")
        now = self._clock()
        task = Task(
            id=f"task-{len(self._tasks)}" if guessable else secrets.token_urlsafe(24),
            owner=owner,
            clock=self._clock,
            ttl_ms=self._settings.ttl_ms if ttl_ms is None else min(ttl_ms, MAX_TTL_MS),
            poll_ms=self._settings.poll_ms,
            created=now,
            updated=now,
            changed=changed,
        )
        self._tasks[task.id] = task
        if task.ttl_ms is not None:
            heapq.heappush(self._ends, (now + task.ttl_ms / 1000, task.id))
        return task

    def find(self, task_id: Json, owner: object) -> Task | None:
        """Return a task of this owner, or `None`."""
        self._expire()
        task = self._tasks.get(task_id) if isinstance(task_id, str) else None
        return task if task is not None and task.owner == owner else None

    def require(self, task_id: Json, owner: object) -> Task:
        """Return a task of this owner.

        Raises:
            RefusalError: there is none of this id.
        """
        task = self.find(task_id, owner)
        if task is None:
            raise RefusalError(INVALID_PARAMS, "Task not found: it never was, or it has expired")
        return task

    def of(self, owner: object) -> list[Task]:
        """Return all tasks of an owner, the oldest first."""
        self._expire()
        return [task for task in self._tasks.values() if task.owner == owner]

    def forget(self, owner: object) -> None:
        """End all tasks of an owner that nobody can ask for any more."""
        for task in self.of(owner):
            del self._tasks[task.id]
            task.drop("The session has ended.")

    def close(self) -> None:
        """End all tasks: the server stops."""
        for owner in {task.owner for task in self._tasks.values()}:
            self.forget(owner)

    def _expire(self) -> None:
        while self._ends and self._ends[0][0] <= self._clock():
            _, task_id = heapq.heappop(self._ends)
            if task_id in self._tasks:
                self._tasks.pop(task_id).drop("The task has expired.")
