"""A client that declares the tasks extension, on each of its requests."""

from asyncio import sleep
from collections.abc import Mapping
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.sessions.client import answer_to
from mcp_proof.sessions.session import Answer
from mcp_proof.sessions.stateless import StatelessSession
from mcp_proof_contracts.headers import META_CAPABILITIES, META_LOG_LEVEL, TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.task_story import CANCEL, GET, UPDATE, is_over
from mcp_proof_contracts.wire import as_object

PATIENCE: Final = 2.0
"""Seconds that one probe spends on polling, and on a call that is no task."""
LONGEST_PAUSE: Final = 0.5
"""Seconds between two polls at most, even where the server wants more: there will be few."""
SHORTEST_PAUSE: Final = 0.02


class TaskClient:
    """Creates tasks, and asks about them."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self._polled = 0.0

    async def session(self) -> StatelessSession:
        """Return the main session."""
        session = await self.driver.session()
        assert isinstance(session, StatelessSession)
        return session

    async def ask(
        self,
        method: str,
        params: JsonObject | None = None,
        case: str = "",
        headers: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Send one request that declares the extension."""
        session = await self.session()
        given = {**(params or {}), "_meta": declared(session)}
        return await session.request(method, given, case=case, headers=headers)

    async def begin(self, occasion: Occasion | None, case: str) -> JsonObject:
        """Make a call, where there is one, that may become a task; return the task, or {}.

        It asks for progress and for log messages, as an ordinary call may: what comes of that
        must not come for the task.
        """
        if occasion is None:
            return {}
        session = await self.session()
        asked = {"progressToken": f"task-{session.new_id()}", META_LOG_LEVEL: "debug"}
        params = {**occasion.params, "_meta": {**declared(session), **asked}}
        answer = await session.call(occasion.method, params, case=case)
        return task_of(answer)

    async def get(self, task: JsonObject, case: str) -> JsonObject:
        """Ask where a task stands; {} when that was refused."""
        answer = await self.ask(GET, {"taskId": task.get("taskId")}, case)
        return answer.result or {}

    async def cancel(self, task: JsonObject, case: str) -> None:
        """Ask for the end of a task."""
        await self.ask(CANCEL, {"taskId": task.get("taskId")}, case)

    async def update(self, task: JsonObject, responses: JsonObject, case: str) -> None:
        """Answer what a task asks."""
        await self.ask(UPDATE, {"taskId": task.get("taskId"), "inputResponses": responses}, case)

    async def pause(self, state: JsonObject) -> bool:
        """Wait before the next poll; `False` when enough was waited, or the task is over."""
        if is_over(state) or self._polled >= PATIENCE or not state:
            return False
        wanted = state.get("pollIntervalMs")
        seconds = wanted / 1000 if isinstance(wanted, int | float) else LONGEST_PAUSE
        seconds = min(max(seconds, SHORTEST_PAUSE), LONGEST_PAUSE)
        self._polled += seconds
        await sleep(seconds)
        return True


def declared(session: StatelessSession, **capabilities: Json) -> dict[str, Json]:
    """Return the `_meta` that declares the extension, or else these further capabilities."""
    ours = session.profile.declared(session.revision)
    return {META_CAPABILITIES: {**ours, **(capabilities or {"extensions": {TASKS: {}}})}}


def task_of(answer: Answer) -> JsonObject:
    """Return the task that an answer is, or {}."""
    result = answer.result or {}
    is_task = isinstance(result.get("taskId"), str) and "content" not in result
    return result if is_task else {}


def answers_to(state: JsonObject) -> JsonObject:
    """Return our answers to what a task asks."""
    answers: dict[str, Json] = {}
    for key, asked in as_object(state.get("inputRequests")).items():
        method, params = as_object(asked).get("method"), as_object(as_object(asked).get("params"))
        answer = answer_to(method, params) if isinstance(method, str) else None
        if answer is not None:
            answers[key] = answer
    return answers
