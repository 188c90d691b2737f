"""One task: a state machine that both eras show in their own ways."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.call import Waiting
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.tasks.channel import Channel

Outcome: TypeAlias = JsonObject | RefusalError
"""What the request would have returned."""


class Status(StrEnum):
    """Where a task stands (utilities/tasks, Task Status)."""

    WORKING = "working"
    INPUT_REQUIRED = "input_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Question:
    """A request to the client that nobody has answered yet."""

    def __init__(self, request: JsonObject) -> None:
        self.request = request
        self.answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()


@dataclass(slots=True, kw_only=True, eq=False)
class Task:
    """A request that is answered later."""

    id: str
    owner: object
    """Who may see it."""
    clock: Callable[[], float]
    ttl_ms: int | None
    poll_ms: int
    created: float
    updated: float
    status: Status = Status.WORKING
    message: str = ""
    outcome: Outcome | None = None
    """There as soon as the status is terminal; a cancelled task has none."""
    questions: dict[str, Question] = field(default_factory=dict[str, Question])
    """What the client is asked just now, by their names, which a script uses once."""
    changed: "Callable[[Task], None]"
    """Told of every change."""
    job: "asyncio.Task[None] | None" = None
    looks: int = 0
    """How often the client has asked for its state."""
    channel: Channel | None = None
    """`None` in the stateless era, where a task speaks only of its status."""
    _awaited: "list[asyncio.Future[Json]]" = field(default_factory=list["asyncio.Future[Json]"])

    @property
    def is_over(self) -> bool:
        """Whether the status is terminal, so that nothing changes any more."""
        return self.status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED)

    @property
    def shown(self) -> JsonObject:
        """The members that both eras show."""
        message: JsonObject = {"statusMessage": self.message} if self.message else {}
        return {
            "taskId": self.id,
            "status": self.status,
            **message,
            "createdAt": _iso(self.created),
            "lastUpdatedAt": _iso(self.updated),
        }

    def move(self, status: Status, message: str = "", outcome: Outcome | None = None) -> None:
        """Go over to another status, unless the task is over."""
        if self.is_over:
            return
        self.status, self.message, self.outcome = status, message, outcome
        self._note()
        if self.is_over:
            self.questions.clear()
            for future in self._awaited:
                if not future.done():
                    future.set_result(None)

    def say(self, message: str) -> None:
        """Set the status message; an empty one changes nothing."""
        if message and not self.is_over:
            self.message = message
            self._note()

    def cancel(self, why: str = "The task was cancelled by request.") -> None:
        """End the task; what it runs is ended too."""
        self.move(Status.CANCELLED, why)
        if self.job is not None:
            self.job.cancel()

    def drop(self, why: str) -> None:
        """End the task without a word: nobody can ask for it any more."""
        self.changed = _unnoticed
        self.cancel(why)

    async def over(self, waiting: Waiting) -> None:
        """Wait until the task is over.

        Raises:
            CancelledError: the waiting was cancelled; the task goes on.
        """
        if self.is_over:
            return
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited.append(future)
        try:
            await waiting.until(future)
        finally:
            self._awaited.remove(future)

    async def ask(self, requests: Mapping[str, JsonObject]) -> dict[str, Json]:
        """Ask everything at once and wait for all the answers, which come by `settle`."""
        asked = {name: Question(request) for name, request in requests.items()}
        self.questions |= asked
        self.move(Status.INPUT_REQUIRED, "The client is asked for input.")
        return {name: await question.answer for name, question in asked.items()}

    def settle(self, answers: JsonObject) -> None:
        """Take in answers by the names of `questions`; others are passed over."""
        answered = [key for key in answers if key in self.questions]
        for key in answered:
            question = self.questions.pop(key)
            if not question.answer.done():
                question.answer.set_result(answers[key])
        if answered and self.questions:
            self._note()
        elif answered:
            self.move(Status.WORKING)

    def _note(self) -> None:
        self.updated = self.clock()
        self.changed(self)


def _unnoticed(_task: Task) -> None:
    """Tell nobody."""


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
