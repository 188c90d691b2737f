"""Tasks of the extension `io.modelcontextprotocol/tasks` (SEP-2663): all that was seen of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES, TASKS
from mcp_proof_contracts.iso_8601 import is_time
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.wire import as_object, encode, is_integer

TERMINAL: Final = ("completed", "failed", "cancelled")
STATUSES: Final = ("working", "input_required", *TERMINAL)
GET: Final = "tasks/get"
UPDATE: Final = "tasks/update"
CANCEL: Final = "tasks/cancel"
METHODS: Final = (GET, UPDATE, CANCEL)
"""All that is asked of a task."""
ODD: Final = "name-other"
"""The probes' case of a request that must be refused for its header, so that it tells nothing."""


@dataclass(slots=True, kw_only=True)
class TaskStory:
    """One task, from the call that became it on."""

    id: str
    created: Exchange
    asked: list[Exchange] = field(default_factory=list["Exchange"])
    """The good requests about it of a client that takes tasks, in the order of their sending."""

    seen: list[Exchange] = field(default_factory=list["Exchange"])
    """Every good `tasks/get` that showed the task."""
    moments: list[tuple[Exchange, JsonObject]] = field(
        default_factory=list[tuple[Exchange, JsonObject]]
    )
    """The good requests, each with the state that was shown last before it."""

    @property
    def gets(self) -> Iterator[Exchange]:
        """Every good `tasks/get`."""
        return (each for each in self.asked if each.sent.message.method == GET)

    def add(self, exchange: Exchange) -> None:
        """File a good request about it."""
        last = self.seen[-1] if self.seen else self.created
        self.asked.append(exchange)
        self.moments.append((exchange, last.result))
        if exchange.sent.message.method == GET and exchange.served:
            self.seen.append(exchange)

    def is_young(self, exchange: Exchange, state: JsonObject) -> bool:
        """Whether its time to live was surely not over when this was answered.

        Args:
            exchange: a request about it.
            state: the state that was shown last.
        """
        ttl = state.get("ttlMs")
        if exchange.reply is None or "ttlMs" not in state:
            return False
        age = exchange.reply.event.at - self.created.sent.event.at
        return ttl is None or (isinstance(ttl, int | float) and age * 1000 < ttl)


def stories(read: Reading) -> list[TaskStory]:
    """Return every task that was seen to be created, in order."""
    return read.derived(_stories)


def _stories(read: Reading) -> list[TaskStory]:
    told: dict[str, TaskStory] = {}
    for exchange in promised(read):
        task_id = exchange.result.get("taskId")
        if exchange.sent.message.method == "tools/call" and isinstance(task_id, str):
            told.setdefault(task_id, TaskStory(id=task_id, created=exchange))
    for exchange in read.exchanges() if told else ():
        sent = exchange.sent.message
        if sent.method in METHODS and declares(exchange) and exchange.case != ODD:
            story = told.get(str(sent.params.get("taskId")))
            if story is not None:
                story.add(exchange)
    return list(told.values())


def promised(read: Reading) -> list[Exchange]:
    """Return every request that was answered by a task, or by what calls itself one."""
    return read.derived(_promised)


def _promised(read: Reading) -> list[Exchange]:
    return [exchange for exchange in read.exchanges() if is_created(exchange)]


def declares(exchange: Exchange) -> bool:
    """Whether the client said on this very request that it takes tasks."""
    meta = as_object(exchange.sent.message.params.get("_meta"))
    return TASKS in as_object(as_object(meta.get(META_CAPABILITIES)).get("extensions"))


def is_created(exchange: Exchange) -> bool:
    """Whether a request was answered by a task, be it without the `resultType` of one."""
    result = exchange.result
    if result.get("resultType") == "task":
        return True
    bare = isinstance(result.get("taskId"), str) and result.get("status") in STATUSES
    return bare and exchange.sent.message.method == "tools/call" and "content" not in result


def called(exchange: Exchange) -> bytes:
    """The tool that was called and its arguments, to tell which calls are the same."""
    params = exchange.sent.message.params
    return encode([params.get("name"), params.get("arguments", {})])


def becoming_tasks(read: Reading) -> frozenset[bytes]:
    """Return the calls that were answered by a task for a client that takes tasks."""
    return read.derived(_becoming_tasks)


def _becoming_tasks(read: Reading) -> frozenset[bytes]:
    return frozenset(called(story.created) for story in stories(read) if declares(story.created))


def knows_tasks(read: Reading) -> bool:
    """Whether the server says that it has the extension, or was seen to use it."""
    return advertises(read) or bool(stories(read))


def advertises(read: Reading) -> bool:
    """Whether the server declares the extension."""
    return TASKS in as_object(read.capabilities.get("extensions"))


def is_over(state: JsonObject) -> bool:
    """Whether a task's status is terminal."""
    return state.get("status") in TERMINAL


def task_problem(state: JsonObject) -> str:
    """Return what is wrong with the members that every task has, or ""."""
    if "task" in state and "taskId" not in state:
        return "has its members in `task`, as 2025-11-25 had them, and not in the result itself"
    if not isinstance(state.get("taskId"), str):
        return "has no taskId that is a string"
    for name in ("createdAt", "lastUpdatedAt"):
        if not is_time(state.get(name)):
            return f"has no {name} in the form of ISO 8601"
    if "ttlMs" not in state or not (state["ttlMs"] is None or is_integer(state["ttlMs"])):
        return "has no ttlMs that is an integer or null"
    return _optional_problem(state)


def _optional_problem(state: JsonObject) -> str:
    if not is_integer(state.get("pollIntervalMs", 0)):
        return "has a pollIntervalMs that is no integer"
    if not isinstance(state.get("statusMessage", ""), str):
        return "has a statusMessage that is no string"
    return ""


def detail_problem(state: JsonObject) -> str:
    """Return what a task lacks that its status demands, or ""."""
    match state.get("status"):
        case "input_required":
            return _input_problem(state)
        case "completed":
            return _result_problem(state)
        case "failed":
            return _error_problem(state)
        case _:
            return ""


def _input_problem(state: JsonObject) -> str:
    asked = state.get("inputRequests")
    if not isinstance(asked, dict):
        return "asks for input without `inputRequests`"
    if any(not isinstance(as_object(each).get("method"), str) for each in asked.values()):
        return "has something in `inputRequests` that is no request"
    return ""


def _result_problem(state: JsonObject) -> str:
    result = state.get("result")
    if not isinstance(result, dict):
        return "is completed without a `result`"
    if not isinstance(result.get("content"), list):
        return "is completed with a `result` that is none of a tool call: it has no `content`"
    return ""


def _error_problem(state: JsonObject) -> str:
    error = state.get("error")
    if not isinstance(error, dict):
        return "has failed without an `error`"
    if not is_integer(error.get("code")) or not isinstance(error.get("message"), str):
        return "has failed with an `error` that is none of JSON-RPC"
    return ""
